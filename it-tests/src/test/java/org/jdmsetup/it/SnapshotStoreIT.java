package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Guest;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.it.world.Resources;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exception stores change hands between the engine and the kernel: three pairs of disks go through
 * the same turns of writes and a merge, one pair in the kernel alone, the others in the kernel and
 * in the engine by turns. All must show the same after each turn, and be the same in the end, byte
 * for byte.
 */
final class SnapshotStoreIT {
  private static final int ROUNDS = 3;
  private static final List<String> PAIRS = List.of("kernel", "there", "here");

  @TempDir private Path scratch;

  private EngineWorld engine;

  @BeforeEach
  void start() throws IOException {
    Requirement.kernel();
    Requirement.blockNodes();
    engine = EngineWorld.open();
    for (String pair : PAIRS) {
      file(pair + ".origin", 8000);
      file(pair + ".cow", 12_000);
    }
    Files.writeString(scratch.resolve("round.sh"), Resources.text("/snapshot-round.sh"));
    Files.writeString(scratch.resolve("fold.sh"), Resources.text("/snapshot-fold.sh"));
  }

  @AfterEach
  void end() throws IOException {
    if (engine != null) {
      engine.close();
    }
  }

  private void file(String name, long sectors) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(scratch.resolve(name).toFile(), "rw")) {
      file.setLength(Sectors.toBytes(sectors));
    }
  }

  @Test
  void storesGoOnInTheOtherWorld() throws Exception {
    List<String> there = new ArrayList<>();
    List<String> here = new ArrayList<>();
    there.add(inEngine("there", "round.sh", "1"));
    List<String> first =
        inKernel(
            List.of(
                List.of("kernel", "round.sh", "1"),
                List.of("kernel", "round.sh", "2"),
                List.of("kernel", "round.sh", "3"),
                List.of("kernel", "fold.sh", "whole"),
                List.of("there", "round.sh", "2"),
                List.of("here", "round.sh", "1")));
    final List<String> kernel = first.subList(0, ROUNDS + 1);
    there.add(first.get(4));
    there.add(inEngine("there", "round.sh", "3"));
    here.add(first.get(5));
    here.add(inEngine("here", "round.sh", "2"));
    List<String> second =
        inKernel(List.of(List.of("there", "fold.sh", "begin"), List.of("here", "round.sh", "3")));
    here.add(second.get(1));
    there.add(inEngine("there", "fold.sh", "whole"));
    inEngine("here", "fold.sh", "begin");
    here.addAll(inKernel(List.of(List.of("here", "fold.sh", "whole"))));
    assertEquals(kernel, there);
    assertEquals(kernel, here);
    for (String disk : List.of(".origin", ".cow")) {
      byte[] expected = Files.readAllBytes(scratch.resolve("kernel" + disk));
      for (String pair : PAIRS) {
        assertArrayEquals(expected, Files.readAllBytes(scratch.resolve(pair + disk)), pair + disk);
      }
    }
  }

  /** Has the engine play a script with a pair of disks; what it prints. */
  private String inEngine(String pair, String script, String argument) throws Exception {
    String disk = scratch.resolve(pair).toString();
    return engine
        .ok(
            "sh %s %s %s.origin %s.cow %s"
                .formatted(scratch.resolve(script), engine.nodes(), disk, disk, argument))
        .strip();
  }

  /** Has the kernel play scripts, each with a pair of disks; what they print. */
  private List<String> inKernel(List<List<String>> turns) throws Exception {
    StringBuilder job =
        new StringBuilder("set -e; export DM_DISABLE_UDEV=1; here=$(mktemp -d); cd $here\n");
    for (List<String> turn : turns) {
      String pair = turn.get(0);
      job.append(
          """
          cp $SCRATCH/%1$s.origin $SCRATCH/%1$s.cow $here
          origin=$(losetup --find --show $here/%1$s.origin)
          cow=$(losetup --find --show $here/%1$s.cow)
          sh $SCRATCH/%2$s /dev/mapper $origin $cow %3$s
          echo ---
          losetup --detach $origin; losetup --detach $cow; sync
          mv -f $here/%1$s.origin $here/%1$s.cow $SCRATCH
          """
              .formatted(pair, turn.get(1), turn.get(2)));
    }
    Guest.Outcome outcome =
        Guest.run(scratch, List.of("dm-mod", "loop"), job.toString(), Duration.ofMinutes(10));
    assertEquals(0, outcome.status(), () -> outcome.err() + outcome.consoleTail());
    List<String> printed = new ArrayList<>();
    for (String one : outcome.out().split("---\n")) {
      printed.add(one.strip());
    }
    return printed;
  }
}
