package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
    Requirement.tools("losetup", "blockdev");
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
