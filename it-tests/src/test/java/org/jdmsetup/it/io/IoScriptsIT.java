package org.jdmsetup.it.io;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdmsetup.it.Requirement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The same I/O, the same bytes: random scripts of every kind do on the engine what they do on the
 * real kernel. {@code -Dit.ioscripts=N} plays N of each kind, {@code -Dit.ioscripts.first=S} begins
 * with seed S, {@code -Dit.ioscripts.kinds=REGEX} chooses.
 */
final class IoScriptsIT {
  private static final int SEEDS = Integer.getInteger("it.ioscripts", 8);
  private static final long FIRST = Long.getLong("it.ioscripts.first", 1);
  private static final String KINDS = System.getProperty("it.ioscripts.kinds", "");

  private static EnginePlays engine;

  @BeforeAll
  static void begin() {
    Requirement.kernel();
    Requirement.blockNodes();
    engine = new EnginePlays(() -> new InProcessWorld(LoopDisks.attach()));
  }

  @AfterAll
  static void end() throws IOException {
    if (engine != null) {
      engine.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> theEngineDoesAsTheKernelDoes() throws Exception {
    List<ScriptKind> kinds =
        ScriptKinds.ALL.stream()
            .filter(kind -> KINDS.isEmpty() || Pattern.matches(KINDS, kind.title()))
            .toList();
    List<IoScript> scripts = new ArrayList<>();
    for (ScriptKind kind : kinds) {
      for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
        scripts.add(kind.script(seed));
      }
    }
    List<List<String>> played = GuestPlays.play(scripts);
    return IntStream.range(0, kinds.size())
        .mapToObj(
            i -> {
              int from = i * SEEDS;
              return DynamicTest.dynamicTest(
                  kinds.get(i).title(),
                  () ->
                      check(
                          scripts.subList(from, from + SEEDS), played.subList(from, from + SEEDS)));
            });
  }

  private static void check(List<IoScript> scripts, List<List<String>> kernel) throws Exception {
    long before = engine.requests();
    List<List<String>> ours = engine.play(scripts);
    List<Long> differing = new ArrayList<>();
    IoScript first = null;
    String difference = "";
    for (int i = 0; i < scripts.size(); i++) {
      String found = Difference.between(kernel.get(i), ours.get(i));
      if (!found.isEmpty()) {
        differing.add(scripts.get(i).seed());
        if (first == null) {
          first = scripts.get(i);
          difference = found;
        }
      }
    }
    System.out.printf(
        "%s: %d scripts, %d requests, %d differ%n",
        scripts.get(0).kind(), scripts.size(), engine.requests() - before, differing.size());
    if (first != null) {
      fail(
          "%d of %d scripts differ, seeds %s. Seed %d:\n%s\nshrunk:%s"
              .formatted(
                  differing.size(),
                  scripts.size(),
                  differing,
                  first.seed(),
                  difference,
                  new Shrinker(engine).shrink(first, difference)));
    }
  }
}
