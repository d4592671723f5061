package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.it.world.Await;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.FlushedWrites;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.testing.Needs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The daemon is killed at work: the next command brings the devices back, with all that was
 * flushed.
 */
final class EngineKilledIT {
  private static final long FLUSHES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private EngineWorld world;

  @BeforeEach
  void twoDevices() throws Exception {
    Requirement.blockNodes();
    Needs.tools("fio", "losetup", "mkfs.ext4");
    world = EngineWorld.open();
    String a = world.disk(40_011);
    String b = world.disk(40_011);
    world.ok(
        """
        dmsetup create joined -u uuid-of-joined --table '0 20000 linear %1$s 0\n20000 20000 linear %2$s 0'
        dmsetup create busy --table '0 20000 linear %1$s 20000'
        dmsetup create over --table '0 1000 linear '$NODES'/joined 39000'
        """
            .formatted(a, b));
  }

  @AfterEach
  void close() throws Exception {
    if (world != null) {
      world.close();
    }
  }

  @Test
  void whatWasFlushedIsThere() throws Exception {
    String before = world.ok("dmsetup table; dmsetup info -u uuid-of-joined | grep -v Major");
    Process fio =
        world.start(
            "exec fio --name=load --filename=$NODES/busy --ioengine=libaio --direct=1 --iodepth=16 --rw=randwrite"
                + " --bs=4k --size=8m --time_based --runtime=120 > /dev/null 2>&1");
    FlushedWrites writes = new FlushedWrites(world.nodes().resolve("joined"), 4_800);
    Thread writer = new Thread(writes, "writer");
    writer.start();
    Await.nothing(
        PATIENCE,
        () -> writes.flushes() >= FLUSHES ? "" : writes.flushes() + " flushes, " + writes.end());
    assertEquals(true, fio.isAlive(), "fio is at work");
    kill();
    writer.join(PATIENCE.toMillis());
    assertNotNull(writes.end(), "the writer was told that the device is gone");
    fio.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertNotEquals(0, fio.exitValue(), "fio was told that the device is gone");

    assertEquals(before, world.ok("dmsetup table; dmsetup info -u uuid-of-joined | grep -v Major"));
    assertEquals("", writes.verify(world.nodes().resolve("joined")));
    world.ok("dd if=/dev/zero of=$NODES/joined bs=4k count=1 conv=fsync status=none");
  }

  @Test
  void aMountedFileSystemCanBeUnmountedAndIsThereAgain() throws Exception {
    world.ok(
        """
        dmsetup remove over
        mkfs.ext4 -q $NODES/joined
        mkdir mnt && mount $NODES/joined mnt
        head -c 3000000 /dev/urandom > random
        cp random mnt/random && sync -f mnt
        """);
    kill();
    world.ok("umount mnt");
    assertEquals("busy\njoined\n", world.ok("dmsetup ls | cut -f1 | sort"), "the devices are back");
    world.ok(
        """
        fsck.ext4 -p $NODES/joined > fsck.log || [ $? = 1 ]
        mount $NODES/joined mnt
        cmp random mnt/random
        umount mnt
        """);
  }

  @Test
  void aSuspendedFileSystemIsThawedByTheNextCommand() throws Exception {
    world.ok(
        """
        dmsetup remove over
        mkfs.ext4 -q $NODES/joined
        mkdir mnt && mount $NODES/joined mnt
        dmsetup suspend joined
        """);
    Process writer = world.start("echo late > mnt/file; sync -f mnt");
    kill();
    world.ok("dmsetup ls > /dev/null");
    assertEquals(true, writer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "it is let go");
    world.ok("umount mnt && dmsetup resume joined && fsck.ext4 -fp $NODES/joined > fsck.log");
  }

  @Test
  void killedTwiceAndIdle() throws Exception {
    world.ok("echo one | dd of=$NODES/over conv=fsync status=none");
    kill();
    assertEquals("one\n", world.ok("dmsetup info over > /dev/null; head -c 4 $NODES/over"));
    kill();
    world.ok("dmsetup remove over");
    kill();
    assertEquals("busy\njoined\n", world.ok("dmsetup ls | cut -f1 | sort"));
  }

  private void kill() throws InterruptedException {
    ProcessHandle daemon = world.daemon().orElseThrow();
    daemon.destroyForcibly();
    Await.nothing(PATIENCE, () -> daemon.isAlive() ? "the killed daemon lives" : "");
  }
}
