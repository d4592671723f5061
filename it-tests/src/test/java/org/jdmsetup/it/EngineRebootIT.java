package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jdmsetup.it.world.Await;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A run directory that survives the machine's reboot, after which the numbers of loop devices mean
 * other files: the journal is changed as if it had been written in another boot.
 */
final class EngineRebootIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private EngineWorld world;
  private String mine;
  private String theirs;

  @BeforeEach
  void twoDisks() throws Exception {
    Requirement.blockNodes();
    Needs.tools("losetup");
    world = EngineWorld.open();
    mine = world.disk(2000);
    theirs = world.disk(2000);
  }

  @AfterEach
  void close() throws Exception {
    if (world != null) {
      world.close();
    }
  }

  private void reboot(String meanwhile) throws Exception {
    ProcessHandle daemon = world.daemon().orElseThrow();
    daemon.destroy();
    Await.nothing(PATIENCE, () -> daemon.isAlive() ? "the daemon lives" : "");
    try (Stream<Path> files = Files.list(world.run().resolve("journal"))) {
      for (Path file : files.toList()) {
        changeBoot(file);
      }
    }
    world.ok(meanwhile);
  }

  private static void changeBoot(Path journal) throws IOException {
    String text = Files.readString(journal, StandardCharsets.ISO_8859_1);
    String changed =
        text.substring(0, text.lastIndexOf("end "))
            .replaceAll("known boot .*", "known boot one-before-this");
    byte[] bytes = changed.getBytes(StandardCharsets.ISO_8859_1);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    Files.writeString(
        journal,
        changed + String.format("end %08x\n", crc.getValue()),
        StandardCharsets.ISO_8859_1);
  }

  private String number(String loop) throws Exception {
    return world.ok("cat /sys/block/" + loop.substring("/dev/".length()) + "/dev").strip();
  }

  @Test
  void aTableFollowsItsFileToTheLoopDeviceThatHasItNow() throws Exception {
    world.ok(
        """
        dmsetup create vol --table '0 1000 linear %s 8'
        echo mine | dd of=$NODES/vol conv=fsync status=none
        """
            .formatted(mine));
    reboot(
        """
        f=$(cat /sys/block/%3$s/loop/backing_file)
        g=$(cat /sys/block/%4$s/loop/backing_file)
        losetup --detach %1$s
        losetup --detach %2$s
        losetup %1$s $g
        losetup %2$s $f
        """
            .formatted(mine, theirs, mine.substring(5), theirs.substring(5)));
    Programs.Result table = world.sh("dmsetup table vol");
    assertEquals("0 1000 linear " + number(theirs) + " 8\n", table.out());
    String notice = number(mine) + " before, is known again by its inode ";
    assertTrue(table.err().contains(notice), table.err());
    assertEquals("mine\n", world.ok("head -c 5 $NODES/vol"));
  }

  @Test
  void aDeviceWhoseDiskIsAnotherNowWaitsForItsOwn() throws Exception {
    String file = world.ok("cat /sys/block/" + mine.substring(5) + "/loop/backing_file").strip();
    world.ok("dmsetup create vol --table '0 1000 linear " + mine + " 8'");
    reboot("losetup --detach " + mine + "; cp " + file + " copy; losetup " + mine + " copy");
    Programs.Result info = world.sh("dmsetup info vol");
    assertTrue(info.out().contains("SUSPENDED"), info.out());
    for (String said :
        List.of(number(mine) + " is another one now: found inode ", "expected inode ")) {
      assertTrue(info.err().contains(said), info.err());
    }
    assertEquals(1, world.sh("dmsetup resume vol").status());
    world.ok(
        """
        losetup --detach %1$s
        losetup %1$s %2$s
        dmsetup resume vol
        test "$(dmsetup table vol)" = "0 1000 linear $(cat /sys/block/%3$s/dev) 8"
        """
            .formatted(mine, file, mine.substring(5)));
  }
}
