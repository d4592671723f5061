package org.jdmsetup.it.io;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jdmsetup.it.world.Requirement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Random scripts of every kind do on the engine what they do on the real kernel, byte for byte.
 * Some are the same each time, others are new, and their seeds are printed. {@code
 * -Dit.ioscripts=N} plays N of each kind, {@code -Dit.ioscripts.first=S} begins with seed S and
 * leaves the fresh ones out, {@code -Dit.ioscripts.kinds=REGEX} chooses.
 */
final class IoScriptsIT {
  private static final int SEEDS = Integer.getInteger("it.ioscripts", 8);
  private static final long FIRST = Long.getLong("it.ioscripts.first", 0);
  private static final String KINDS = System.getProperty("it.ioscripts.kinds", "");

  /** How many fresh scripts there are of each kind. */
  private static final int FRESH = 2;

  /** From here on seeds are fresh; those of the fixed scripts are small. */
  private static final long FRESH_FIRST = ThreadLocalRandom.current().nextLong(1_000, 1L << 40);

  /** How many scripts there are for each one that is played through a daemon too. */
  private static final int PER_DAEMONS = 4;

  private static EngineScriptRuns engine;
  private static EngineScriptRuns daemon;

  @BeforeAll
  static void begin() {
    Requirement.kernel();
    Requirement.blockNodes();
    engine = new EngineScriptRuns(() -> new InProcessWorld(WorldDisks.attach()));
    daemon = new EngineScriptRuns(() -> new DaemonWorld(WorldDisks.attach()));
  }

  @AfterAll
  static void end() throws IOException {
    if (engine != null) {
      engine.close();
      daemon.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> theEngineDoesAsTheKernelDoes() throws Exception {
    return tests(engine, kinds(), seeds(SEEDS, FRESH), script -> script);
  }

  @TestFactory
  Stream<DynamicTest> soDoTheBlockNodesOfADaemon() throws Exception {
    int fixed = (SEEDS + PER_DAEMONS - 1) / PER_DAEMONS;
    return tests(daemon, kinds(), seeds(fixed, FRESH / 2), NodeScript::of);
  }

  private static List<Long> seeds(int fixed, int fresh) {
    LongStream chosen = LongStream.range(0, fixed).map(i -> Math.max(1, FIRST) + i);
    if (FIRST > 0) {
      return chosen.boxed().toList();
    }
    System.out.printf("fresh seeds: %d of each kind from %d on%n", fresh, FRESH_FIRST);
    return LongStream.concat(chosen, LongStream.range(FRESH_FIRST, FRESH_FIRST + fresh))
        .boxed()
        .toList();
  }

  private static List<ScriptKind> kinds() {
    return ScriptKinds.ALL.stream()
        .filter(kind -> KINDS.isEmpty() || Pattern.matches(KINDS, kind.title()))
        .toList();
  }

  private static Stream<DynamicTest> tests(
      EngineScriptRuns plays,
      List<ScriptKind> kinds,
      List<Long> seeds,
      UnaryOperator<IoScript> change)
      throws Exception {
    List<IoScript> scripts = new ArrayList<>();
    for (ScriptKind kind : kinds) {
      for (long seed : seeds) {
        scripts.add(change.apply(kind.script(seed)));
      }
    }
    List<List<String>> kernel = GuestScriptRuns.play(scripts);
    return IntStream.range(0, kinds.size())
        .mapToObj(
            i -> {
              int from = i * seeds.size();
              int to = from + seeds.size();
              return DynamicTest.dynamicTest(
                  kinds.get(i).title(),
                  () -> check(plays, scripts.subList(from, to), kernel.subList(from, to)));
            });
  }

  private static void check(
      EngineScriptRuns plays, List<IoScript> scripts, List<List<String>> kernel) throws Exception {
    long before = plays.requests();
    List<List<String>> ours = plays.play(scripts);
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
        scripts.get(0).kind(), scripts.size(), plays.requests() - before, differing.size());
    if (first != null) {
      System.out.printf("seed %d, to be shrunk:%n%s%n", first.seed(), difference);
      fail(
          "%d of %d scripts differ, seeds %s. Seed %d:\n%s\nshrunk:%s"
              .formatted(
                  differing.size(),
                  scripts.size(),
                  differing,
                  first.seed(),
                  difference,
                  (Boolean.getBoolean("noshrink")
                      ? ""
                      : new Shrinker(plays).shrink(first, difference))));
    }
  }
}
