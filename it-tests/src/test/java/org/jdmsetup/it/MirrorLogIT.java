package org.jdmsetup.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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
 * A mirror with a disk log is cut off in the middle of a write, in the engine and in the kernel,
 * and what is left goes on in either: all recover exactly the region that the log has marked, and
 * all are the same in the end, byte for byte.
 */
final class MirrorLogIT {
  private static final List<String> WORLDS = List.of("engine", "kernel");
  private static final List<String> DISKS = List.of("a", "b", "log");
  private static final int REGION_BYTES = 64 * Sectors.SIZE;

  @TempDir private Path scratch;

  private EngineWorld engine;

  @BeforeEach
  void start() throws IOException {
    Requirement.kernel();
    Requirement.blockNodes();
    engine = EngineWorld.open();
    for (String script : List.of("mirror-crash.sh", "mirror-recover.sh")) {
      Files.writeString(scratch.resolve(script), Resources.text("/" + script));
    }
  }

  @AfterEach
  void end() throws IOException {
    if (engine != null) {
      engine.close();
    }
  }

  @Test
  void whatOneLeavesTheOtherRecovers() throws Exception {
    Path crashed = Files.createDirectory(scratch.resolve("engine"));
    Files.createDirectory(scratch.resolve("kernel"));
    for (String disk : DISKS) {
      try (RandomAccessFile file = new RandomAccessFile(crashed.resolve(disk).toFile(), "rw")) {
        file.setLength(1 << 20);
      }
    }
    inEngine("mirror-crash.sh", crashed);
    inKernel();
    for (String from : WORLDS) {
      Path files = Files.createDirectory(scratch.resolve("engine-after-" + from));
      for (String disk : DISKS) {
        Files.copy(scratch.resolve(from).resolve(disk + ".crash"), files.resolve(disk));
      }
      inEngine("mirror-recover.sh", files);
    }
    for (String disk : DISKS) {
      assertArrayEquals(
          read("kernel", disk + ".crash"),
          read("engine", disk + ".crash"),
          disk + " as it is left");
      byte[] expected = read("kernel-after-kernel", disk);
      for (String to : WORLDS) {
        for (String from : WORLDS) {
          String pair = to + "-after-" + from;
          assertArrayEquals(expected, read(pair, disk), disk + " of " + pair);
        }
      }
    }
    byte[] first = read("engine-after-kernel", "a");
    byte[] second = read("engine-after-kernel", "b");
    assertArrayEquals(region(first, 7), region(second, 7), "the log has region 7 marked");
    assertFalse(Arrays.equals(region(first, 20), region(second, 20)), "but not region 20");
    assertEquals("spoilt", new String(region(second, 20), 0, 6, US_ASCII));
  }

  private static byte[] region(byte[] disk, int region) {
    return Arrays.copyOfRange(disk, region * REGION_BYTES, (region + 1) * REGION_BYTES);
  }

  private byte[] read(String directory, String disk) throws IOException {
    return Files.readAllBytes(scratch.resolve(directory).resolve(disk));
  }

  private void inEngine(String script, Path files) throws Exception {
    engine.ok(
        "sh %s %s %s/a %3$s/b %3$s/log %3$s"
            .formatted(scratch.resolve(script), engine.nodes(), files));
  }

  /** Has the kernel leave a mirror, and go on with both. */
  private void inKernel() throws Exception {
    String script =
        """
        set -e
        export DM_DISABLE_UDEV=1
        turn() {
          a=$(losetup --find --show $here/a)
          b=$(losetup --find --show $here/b)
          log=$(losetup --find --show $here/log)
          sh $SCRATCH/$1 /dev/mapper $a $b $log $here
          losetup --detach $a; losetup --detach $b; losetup --detach $log
          sync
        }
        here=$(mktemp -d)
        truncate -s 1M $here/a $here/b $here/log
        turn mirror-crash.sh
        cp $here/*.crash $SCRATCH/kernel
        for from in kernel engine; do
          for disk in a b log; do cp $SCRATCH/$from/$disk.crash $here/$disk; done
          turn mirror-recover.sh
          mkdir $SCRATCH/kernel-after-$from
          cp $here/a $here/b $here/log $SCRATCH/kernel-after-$from
        done
        """;
    Guest.Outcome outcome =
        Guest.run(scratch, List.of("dm-mod", "loop"), script, Duration.ofMinutes(5));
    assertEquals(0, outcome.status(), () -> outcome.err() + outcome.consoleTail());
  }
}
