package org.jdmsetup.it.ioctl;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.testing.Trees;

/**
 * Plays sequences in both worlds and finds where they differ, and for a sequence that differs a
 * shorter one that still does. Holds the disks; {@link #close} gives them back.
 */
final class SameIoctls implements AutoCloseable {
  private static final int FIRST_MAJOR = 240;
  private static final int LAST_MAJOR = 249;

  private final LayoutDisks disks = new LayoutDisks();
  private final Layout layout = new Layout(freeMajor(), disks.minors());
  private int compared;

  /** A sequence that differs. */
  record Difference(Sequence sequence, String summary, String text, int steps) {}

  SameIoctls() throws IOException, InterruptedException {}

  /**
   * A block major that nobody has here or in the guest, of as many digits as others: what the
   * engine does not know as its own it would look for among the machine's devices.
   */
  private static int freeMajor() throws IOException {
    List<String> taken = Files.readAllLines(Path.of("/proc/devices"));
    for (int major = LAST_MAJOR; major >= FIRST_MAJOR; major--) {
      String number = major + " ";
      if (taken.stream().noneMatch(line -> line.startsWith(number))) {
        return major;
      }
    }
    throw new IOException("no major for local use is free");
  }

  /** How many steps were the same so far, with the looks at the end of each sequence. */
  int compared() {
    return compared;
  }

  /** What differs, in the order of the sequences. */
  List<Difference> differences(List<Sequence> sequences) throws IOException, InterruptedException {
    KernelRun kernel = KernelRun.of(sequences, layout);
    List<Difference> differences = new ArrayList<>();
    for (Map.Entry<Sequence, byte[]> each : kernel.outcomes().entrySet()) {
      Difference difference = play(each.getKey(), each.getValue());
      if (difference != null) {
        differences.add(difference);
      }
    }
    return differences;
  }

  /** What the engine does with a sequence, as a guest's results hold what a kernel does. */
  byte[] engine(Sequence sequence) throws IOException {
    Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "jdmsetup-ioctls");
    ByteArrayOutputStream outcomes = new ByteArrayOutputStream();
    try (EngineDriver engine = new EngineDriver(directory, layout.major())) {
      new SequencePlayer(engine, layout)
          .play(sequence, SequencePlayer.to(new DataOutputStream(outcomes)));
    } finally {
      Trees.delete(directory);
    }
    return outcomes.toByteArray();
  }

  /** The difference of a sequence from what was seen of it; null if there is none. */
  Difference play(Sequence sequence, byte[] kernel) throws IOException {
    Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "jdmsetup-ioctls");
    try (EngineDriver engine = new EngineDriver(directory, layout.major())) {
      OutcomeComparison judge =
          new OutcomeComparison(
              kernel, engine, SequencePlayer.mention(sequence.steps(layout), "mirror"));
      try {
        new SequencePlayer(engine, layout).play(sequence, judge);
      } catch (RuntimeException e) {
        return new Difference(
            sequence, e.toString(), judge.story() + "\n" + trace(e), judge.compared());
      }
      compared += judge.compared();
      return judge.difference() == null
          ? null
          : new Difference(sequence, judge.summary(), judge.difference(), judge.compared());
    } finally {
      Trees.delete(directory);
    }
  }

  private static String trace(RuntimeException e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (StackTraceElement element : e.getStackTrace()) {
      text.append("\n  at ").append(element);
    }
    return text.toString();
  }

  /** The shortest that dropping steps leads to, with all that differ still differing. */
  Difference shrink(Difference found) throws IOException, InterruptedException {
    Difference best = found;
    while (true) {
      List<Integer> kept = best.sequence().kept();
      if (kept == null) {
        kept = new ArrayList<>();
        for (int i = 0; i < best.sequence().steps(layout).size(); i++) {
          kept.add(i);
        }
      }
      Map<Sequence, Integer> candidates = new LinkedHashMap<>();
      for (int chunk = kept.size(); chunk > 0; chunk /= 2) {
        for (int from = 0; from < kept.size(); from += chunk) {
          List<Integer> fewer = new ArrayList<>(kept);
          fewer.subList(from, Math.min(from + chunk, kept.size())).clear();
          candidates.put(new Sequence(found.sequence().seed(), fewer), fewer.size());
        }
      }
      Difference better = null;
      for (Difference each : differences(List.copyOf(candidates.keySet()))) {
        if (better == null || each.sequence().kept().size() < better.sequence().kept().size()) {
          better = each;
        }
      }
      if (better == null) {
        return best;
      }
      best = better;
    }
  }

  @Override
  public void close() throws IOException {
    disks.close();
  }
}
