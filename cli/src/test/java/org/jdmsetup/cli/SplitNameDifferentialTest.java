package org.jdmsetup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every report option of {@code splitname} against the dmsetup of the system, which needs no driver
 * for it: generated option lines, byte for byte but for {@link Explanations}. {@code
 * -Dreport.differential=N} sets how many.
 */
class SplitNameDifferentialTest {
  private static final Path DMSETUP = Path.of("/usr/sbin/dmsetup");
  private static final int LINES = Integer.getInteger("report.differential", 300);
  private static final int LIMIT_SECONDS = 30;
  private static final int CRASHED = 128;

  @BeforeAll
  static void theReferenceIsThere() throws IOException, InterruptedException {
    boolean there = Files.isExecutable(DMSETUP) && version().contains("1.02.185 ");
    Needs.that(there, DMSETUP + " 1.02.185 to compare with");
  }

  private static String version() throws IOException, InterruptedException {
    return run(new ProcessBuilder(DMSETUP.toString(), "--version")).out();
  }

  @Test
  void optionLinesDoTheSame() throws IOException, InterruptedException {
    long seed = Long.getLong("report.seed", 20260101);
    SplitNameLines lines = new SplitNameLines(new Random(seed));
    List<String> differences = new ArrayList<>();
    int compared = 0;
    for (int i = 0; i < LINES; i++) {
      List<String> words = new ArrayList<>(List.of("splitname"));
      words.addAll(lines.next());
      Ran theirs = reference(words);
      if (theirs.status() >= CRASHED) {
        continue;
      }
      compared++;
      Ran ours = Ran.dmsetup(words.toArray(new String[0]));
      if (!plain(ours).equals(plain(theirs))) {
        differences.add(
            words + "\n--- dmsetup: " + brief(theirs) + "\n--- ours:    " + brief(ours));
      }
    }
    assertEquals("", String.join("\n\n", differences));
    assertTrue(compared > LINES / 2, "the reference crashed too often");
  }

  private Ran reference(List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(DMSETUP.toString()));
    command.addAll(words);
    Programs.Result result = run(new ProcessBuilder(command));
    if (result.status() == Programs.LATE) {
      throw new IOException("dmsetup does not end: " + command);
    }
    return new Ran(result.status(), result.out(), result.err());
  }

  private static Programs.Result run(ProcessBuilder program)
      throws IOException, InterruptedException {
    return Programs.run(program, "", StandardCharsets.ISO_8859_1, LIMIT_SECONDS);
  }

  private static Ran plain(Ran run) {
    return new Ran(run.status(), run.out(), Explanations.leftOut(run.err()));
  }

  private static String brief(Ran run) {
    String err = run.err();
    String end = err.length() > 500 ? "..." + err.substring(err.length() - 500) : err;
    return run.status() + " out=" + run.out() + " err(" + err.length() + ")=" + end;
  }
}
