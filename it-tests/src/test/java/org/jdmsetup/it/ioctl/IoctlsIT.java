package org.jdmsetup.it.ioctl;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.testing.Needs;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of ioctls have the same outcomes in the kernel and in the engine. {@code
 * -Dit.ioctls=N} says how many ioctls at least, {@code -Dit.ioctls.seed=N} with which seed it
 * begins.
 */
final class IoctlsIT {
  private static final int REPORTED = Integer.getInteger("it.ioctls.reported", 3);

  /**
   * One race is let pass in as many sequences, and so none in a short run. None is known: what
   * depends on when something happens is left out of the comparison ({@link IntendedDifferences}),
   * and on a busy machine none came in a thousand sequences.
   */
  private static final int SEQUENCES_A_RACE = 1000;

  @Test
  void sameIoctlsSameAnswers() throws Exception {
    Requirement.kernel();
    Requirement.root();
    Needs.tools("losetup");
    int wanted = Integer.getInteger("it.ioctls", 3000);
    long seed = Long.getLong("it.ioctls.seed", 1);
    try (SameIoctls worlds = new SameIoctls()) {
      List<Sequence> sequences = new ArrayList<>();
      Layout layout = Layout.any();
      int ioctls = 0;
      for (; ioctls < wanted; seed++) {
        Sequence sequence = Sequence.of(seed);
        sequences.add(sequence);
        ioctls +=
            (int)
                sequence.steps(layout).stream().filter(SequenceStep.Call.class::isInstance).count();
      }
      List<SameIoctls.Difference> found = worlds.differences(sequences);
      StringBuilder text = new StringBuilder();
      text.append(
          "%d sequences of %d ioctls, %d steps compared, %d sequences differ%n"
              .formatted(sequences.size(), ioctls, worlds.compared(), found.size()));
      found.forEach(each -> text.append(line(each)));
      List<SameIoctls.Difference> races = List.of();
      if (!found.isEmpty()) {
        List<SameIoctls.Difference> first = found;
        found = worlds.differences(first.stream().map(SameIoctls.Difference::sequence).toList());
        races = races(first, found);
        text.append(found.size()).append(" of them differ again\n");
        races.forEach(
            each -> text.append("\nA race, which did not come again:").append(line(each)));
      }
      Files.writeString(Path.of("target", "ioctls.txt"), text);
      if (!found.isEmpty()) {
        fail(text + shortest(worlds, found));
      }
      if (!races.isEmpty()) {
        System.out.println(text);
      }
      int most = sequences.size() / SEQUENCES_A_RACE;
      assertTrue(races.size() <= most, "more than " + most + " races: " + text);
    }
  }

  /** What differed the first time only: it depends on when something happened, not on the seed. */
  private static List<SameIoctls.Difference> races(
      List<SameIoctls.Difference> first, List<SameIoctls.Difference> again) {
    Set<Sequence> lasting =
        again.stream().map(SameIoctls.Difference::sequence).collect(Collectors.toSet());
    return first.stream().filter(each -> !lasting.contains(each.sequence())).toList();
  }

  private static String line(SameIoctls.Difference each) {
    return "\nseed %s at its step %d: %s\n"
        .formatted(each.sequence().line(), each.steps(), each.summary());
  }

  @Test
  void anErrorNumberOrABitThatDiffersIsFound() throws Exception {
    Requirement.root();
    Needs.tools("losetup");
    try (SameIoctls worlds = new SameIoctls()) {
      Sequence sequence = new Sequence(1, List.of(0)); // creates a device
      byte[] seen = worlds.engine(sequence);
      assertNull(worlds.play(sequence, seen));
      byte[] refused = seen.clone();
      refused[3] ^= 1; // of the error number
      assertTrue(worlds.play(sequence, refused).summary().contains("errno: kernel 1, engine 0"));
      byte[] other = seen.clone();
      other[16] ^= 1; // of the first byte that came back, the version's
      assertTrue(worlds.play(sequence, other).summary().contains("byte "));
    }
  }

  private static String shortest(SameIoctls worlds, List<SameIoctls.Difference> found)
      throws Exception {
    StringBuilder text = new StringBuilder();
    for (SameIoctls.Difference each : found.subList(0, Math.min(REPORTED, found.size()))) {
      SameIoctls.Difference shortest = worlds.shrink(each);
      text.append("\n== seed ").append(shortest.sequence().line()).append('\n');
      text.append(shortest.text()).append('\n');
    }
    return text.toString();
  }
}
