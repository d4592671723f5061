package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.it.world.Await;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Other programs do with loop devices what they please; devices and their nodes stay together. */
final class EngineDetachedIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private EngineWorld world;

  @BeforeEach
  void aDeviceWithData() throws Exception {
    Requirement.blockNodes();
    Needs.tools("losetup", "blockdev");
    world = EngineWorld.open();
    world.ok(
        """
        dmsetup create vol --uid 7 --table '0 16384 linear %s 0'
        echo mine | dd of=$NODES/vol conv=fsync status=none
        """
            .formatted(world.file(16_384)));
  }

  @AfterEach
  void close() throws Exception {
    if (world != null) {
      world.close();
    }
  }

  private String loop() throws Exception {
    return "/dev/loop" + world.ok("dmsetup info -c --noheadings -o minor vol").strip();
  }

  @Test
  void aDetachedDeviceIsThereForTheNextCommand() throws Exception {
    world.ok(
        """
        losetup --detach $NODES/vol
        dmsetup info vol > info
        grep -q ACTIVE info
        [ "$(blockdev --getsz $NODES/vol)" = 16384 ]
        [ "$(head -c 4 $NODES/vol)" = mine ]
        """);
  }

  @Test
  void whenAnotherProgramTakesTheNumberTheDeviceGetsANewOne() throws Exception {
    String before = loop();
    Path other = world.file(16_384);
    ProcessHandle daemon = world.daemon().orElseThrow();
    world.ok("kill -STOP " + daemon.pid());
    try {
      // as if the daemon were too slow to bind it again
      world.ok("losetup --detach %1$s; losetup %1$s %2$s".formatted(before, other));
    } finally {
      world.ok("kill -CONT " + daemon.pid());
    }
    try {
      Await.nothing(
          PATIENCE, () -> before.equals(loopOrFailure()) ? "the number is as before" : "");
      world.ok(
          """
          [ "$(head -c 4 $NODES/vol)" = mine ]
          [ "$(stat -c %%u $NODES/vol)" = 7 ]
          echo more | dd of=$NODES/vol conv=fsync status=none
          cmp -n 16384 %s /dev/zero
          """
              .formatted(other));
    } finally {
      world.ok("losetup --detach " + before);
    }
  }

  private String loopOrFailure() {
    try {
      return loop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whileNoDaemonRunsThereAreNoNodes() throws Exception {
    world.ok("chmod 0640 $NODES/vol");
    String before = world.ok("stat -c '%a %u %g' $NODES/vol");
    end("TERM");
    assertEquals("", world.ok("ls $NODES"));
    world.ok("dmsetup ls > /dev/null");
    assertEquals(before, world.ok("stat -c '%a %u %g' $NODES/vol"));
    assertEquals("mine", world.ok("head -c 4 $NODES/vol"));
  }

  @Test
  void theNextCommandPutsTheNodesOfAKilledDaemonRight() throws Exception {
    String loop = loop();
    Path other = world.file(16_384);
    end("KILL");
    world.ok("losetup --detach %1$s; losetup %1$s %2$s".formatted(loop, other));
    try {
      assertEquals("7", world.ok("dmsetup ls > /dev/null; stat -c %u $NODES/vol").strip());
      assertEquals("mine", world.ok("head -c 4 $NODES/vol"));
    } finally {
      world.ok("losetup --detach " + loop);
    }
  }

  @Test
  void aNodeThatNobodyKnowsOfIsRemovedByTheNextCommand() throws Exception {
    String loop = loop();
    Path other = world.file(16_384);
    end("KILL");
    world.ok(
        "umount --lazy %3$s/fuse; losetup --detach %1$s; rm -r %3$s; losetup %1$s %2$s"
            .formatted(loop, other, world.run()));
    try {
      world.ok("ln -s %s $NODES/alias; mknod $NODES/null b 1 3".formatted(loop));
      Programs.Result listed = world.sh("dmsetup ls");
      assertEquals("No devices found\n", listed.out());
      assertTrue(
          listed
              .err()
              .contains(
                  "/vol was the node of a device that is no more, and leads to 7:"
                      + loop.substring("/dev/loop".length())
                      + ", which is "
                      + other
                      + " now; the node is removed"),
          listed.err());
      assertEquals("alias\nnull\n", world.ok("ls $NODES"), "what is not the engine's stays");
      world.ok("rm $NODES/alias $NODES/null");
    } finally {
      world.ok("losetup --detach " + loop);
    }
  }

  /** Ends the daemon by a signal. */
  private void end(String signal) throws Exception {
    ProcessHandle daemon = world.daemon().orElseThrow();
    world.ok("kill -" + signal + " " + daemon.pid());
    Await.nothing(PATIENCE, () -> daemon.isAlive() ? "the daemon lives" : "");
  }

  @Test
  void losetupDoesNotWaitForASuspendedDevice() throws Exception {
    world.ok(
        """
        dmsetup create over --table "0 8192 linear $NODES/vol 0"
        dmsetup suspend vol
        """);
    try {
      Process reader = world.start("exec cat $NODES/over > /dev/null");
      Await.nothing(PATIENCE, () -> inFlight("over") ? "" : "nothing is read");
      reader.destroyForcibly();
      assertTrue(reader.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "it is gone");
      Process losetup = world.start("exec losetup --all > /dev/null");
      assertTrue(losetup.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "losetup is through");
      assertEquals(0, losetup.exitValue());
    } finally {
      world.ok("dmsetup resume vol");
    }
  }

  private boolean inFlight(String name) {
    try {
      return world
          .ok(
              "set -- $(cat /sys/dev/block/$(dmsetup info -c --noheadings -o devno %s)/inflight); echo $1"
                  .formatted(name))
          .strip()
          .matches("[1-9].*");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
