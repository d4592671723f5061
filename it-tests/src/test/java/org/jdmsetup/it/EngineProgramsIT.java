package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.it.world.Await;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Ordinary programs use the engine's devices, by node and over NBD, and find there what they wrote.
 */
final class EngineProgramsIT {
  private EngineWorld world;
  private String a;
  private String b;

  @BeforeEach
  void twoDisksBecomeTwoDevices() throws Exception {
    Requirement.blockNodes();
    Needs.tools("mkfs.ext4", "blockdev", "losetup");
    world = EngineWorld.open();
    a = world.disk(40_011);
    b = world.disk(24_577);
    world.ok(
        """
        dmsetup create joined <<END
        0 40011 linear %1$s 0
        40011 20000 linear %2$s 4000
        END
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
  void aFileSystemIsMadeMountedAndFoundAgain() throws Exception {
    String sum =
        world.ok(
            """
            mkfs.ext4 -q "$NODES/joined"
            mkdir mnt && mount "$NODES/joined" mnt
            head -c 9000000 /dev/urandom > mnt/random && cp mnt/random copy
            umount mnt
            fsck.ext4 -fn "$NODES/joined" > /dev/null 2>&1
            mount "$NODES/joined" mnt
            cmp mnt/random copy && echo same
            fstrim mnt || true
            umount mnt
            """);
    assertEquals("same\n", sum);
  }

  @Test
  void aMountedDeviceIsBusy() throws Exception {
    world.ok(
        "mkfs.ext4 -q $NODES/joined; mkdir mnt; mount $NODES/joined mnt; echo kept > mnt/file");
    Programs.Result refused = world.sh("dmsetup remove joined");
    assertEquals(1, refused.status());
    assertEquals(
        "device-mapper: remove ioctl on joined  failed: Device or resource busy",
        refused.err().lines().findFirst().orElse(""));
    assertEquals("kept\n", world.ok("cat mnt/file; umount mnt"));
    world.ok("dmsetup remove joined");
  }

  @Test
  void aSuspendedFileSystemIsFrozen() throws Exception {
    world.ok(
        "mkfs.ext4 -q $NODES/joined; mkdir mnt; mount $NODES/joined mnt; echo early > mnt/file");
    world.ok("dmsetup suspend joined");
    Process writer = world.start("exec touch mnt/late");
    // "D": it waits in the kernel and cannot be interrupted, as every writer to a frozen file
    // system
    Await.nothing(
        Duration.ofSeconds(60), () -> status(writer).contains("(touch) D") ? "" : status(writer));
    assertEquals(
        "early\n",
        world.ok(
            """
            dd if=%s bs=512 count=40011 status=none > image
            dd if=%s bs=512 skip=4000 count=20000 status=none >> image
            fsck.ext4 -fn image > fsck.log 2>&1
            debugfs -R 'cat file' image 2> /dev/null
            """
                .formatted(a, b)),
        "what lies below is a whole file system");
    world.ok("dmsetup resume joined");
    assertTrue(writer.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, writer.exitValue());
    world.ok("dmsetup suspend joined; umount mnt; dmsetup resume joined");
    world.ok("dmsetup remove --retry joined");
  }

  private static String status(Process process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
    } catch (IOException e) {
      return "it has ended";
    }
  }

  @Test
  void whatATableUsesCannotBeMounted() throws Exception {
    world.ok("mkfs.ext4 -q $NODES/joined; mkdir mnt; mount $NODES/joined mnt");
    Programs.Result busy = world.sh("dmsetup create over --table \"0 100 linear $NODES/joined 0\"");
    assertEquals(1, busy.status());
    assertEquals(
        "device-mapper: reload ioctl on over",
        busy.err().lines().findFirst().orElse("").split(" \\(")[0]);
    assertTrue(busy.err().contains("is in use: mounted on"), busy.err());
    world.ok("umount mnt; dmsetup create over --table \"0 100 linear $NODES/joined 0\"");
    assertTrue(world.sh("mount $NODES/joined mnt").status() != 0);
    world.ok("dmsetup remove over; mount $NODES/joined mnt; umount mnt");
  }

  @Test
  void anotherEngineTakesNoNodeAway() throws Exception {
    try (EngineWorld other = EngineWorld.open()) {
      other.set("DM_DEV_DIR", world.nodes().getParent().toString());
      other.ok("dmsetup create other --table '0 8 zero'");
      for (String command :
          List.of("dmsetup create joined --table '0 8 zero'", "dmsetup rename other joined")) {
        Programs.Result refused = other.sh(command);
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("/joined is the node of device 7:"), refused.err());
      }
      assertEquals("other", other.ok("dmsetup ls").split("\t")[0]);
      world.ok("dmsetup rename joined renamed");
      other.ok("ln -s /dev/null $DM_DEV_DIR/mapper/stale; dmsetup mknodes");
      assertEquals("other\nrenamed\n", other.ok("ls $DM_DEV_DIR/mapper | grep -v control"));
      other.ok("dmsetup remove_all");
      assertEquals("60011\n", world.ok("blockdev --getsz $NODES/renamed"));
    }
  }

  @Test
  void ddAndBlockdevSeeADisk() throws Exception {
    assertEquals("60011\n", world.ok("blockdev --getsz $NODES/joined"));
    assertEquals("30725632\n", world.ok("blockdev --getsize64 $NODES/joined"));
    assertEquals("512\n", world.ok("blockdev --getss $NODES/joined"));
    assertEquals("0\n", world.ok("blockdev --getro $NODES/joined"));
    world.ok(
        """
        head -c 30725632 /dev/urandom > random
        dd if=random of="$NODES/joined" bs=1M oflag=direct conv=fsync status=none || \\
          dd if=random of="$NODES/joined" bs=512 conv=fsync status=none
        cmp random "$NODES/joined"
        blockdev --flushbufs %1$s %2$s
        head -c 20485632 random | cmp -n 20485632 - %1$s
        tail -c +20485633 random | cmp -n 10240000 -i 0:2048000 - %2$s
        """
            .formatted(a, b));
  }

  @Test
  void aReadOnlyDeviceRefusesWrites() throws Exception {
    world.ok("dmsetup create --readonly ro --table '0 100 linear %s 0'".formatted(a));
    assertEquals("1\n", world.ok("blockdev --getro $NODES/ro"));
    assertTrue(world.sh("dd if=/dev/zero of=$NODES/ro bs=512 count=1 oflag=direct").status() != 0);
    world.ok("head -c 512 $NODES/ro > /dev/null");
  }

  @Test
  void fioVerifiesWhatItWrote() throws Exception {
    Needs.tools("fio");
    world.ok(
        """
        fio --name=verify --filename="$NODES/joined" --ioengine=libaio --direct=1 --iodepth=16 --rw=randwrite \\
            --bsrange=512-64k --bs_unaligned=0 --blockalign=512 --size=16m --verify=crc32c --do_verify=1 --verify_fatal=1 > fio.log
        """);
  }

  @Test
  void qemuReadsAndWritesOverNbd() throws Exception {
    Needs.tools("qemu-io", "qemu-img");
    world.ok(
        """
        url="nbd+unix:///joined?$NBD"
        qemu-io -f raw -c 'write -P 0x5a 0 64k' -c 'write -P 0xa5 20485120 1024' -c flush "$url" > qemu.log
        qemu-io -f raw -c 'read -P 0x5a 0 64k' -c 'read -P 0xa5 20485120 1024' -c 'read -P 0 65536 4096' "$url" >> qemu.log
        qemu-io -f raw -c 'write -z 0 4096' -c 'discard 8192 4096' -c 'read -P 0 0 4096' "$url" >> qemu.log
        ! grep -i fail qemu.log
        """);
    String block =
        world.ok(
            "dd if=$NODES/joined bs=512 skip=40010 count=2 iflag=direct status=none | od -An -tx1 -v | tr -d ' \\n'");
    assertEquals("a5".repeat(1024), block);
  }

  @Test
  void nbdcopyCopiesInAndOut() throws Exception {
    Needs.tools("nbdcopy", "nbdinfo");
    assertEquals("30725632\n", world.ok("nbdinfo --size \"nbd+unix:///joined?$NBD\""));
    assertTrue(world.ok("nbdinfo --list \"nbd+unix:///?$NBD\"").contains("joined"));
    world.ok(
        """
        head -c 30725632 /dev/urandom > random
        nbdcopy --flush random "nbd+unix:///joined?$NBD"
        nbdcopy "nbd+unix:///joined?$NBD" back
        cmp random back
        cmp random "$NODES/joined"
        """);
  }

  @Test
  void whatIsEmptyIsSeenOverNbd() throws Exception {
    Needs.tools("nbdinfo", "nbdcopy", "qemu-img");
    world.ok(
        """
        truncate -s 8M upper lower
        dd if=/dev/urandom of=lower bs=64k seek=16 count=16 conv=notrunc status=none
        dmsetup create holes --table "0 8192 zero
        8192 8192 linear $PWD/lower 0
        16384 8192 striped 2 128 $PWD/upper 0 $PWD/lower 0"
        """);
    String map = world.ok("nbdinfo --map \"nbd+unix:///holes?$NBD\" | awk '{print $1, $2, $3}'");
    assertTrue(map.startsWith("0 5242880 3\n5242880 1048576 0\n6291456 4"), map);
    world.ok(
        """
        nbdcopy "nbd+unix:///holes?$NBD" copy && cmp copy "$NODES/holes"
        test "$(stat -c %b copy)" -lt 8192
        qemu-img map -f raw --output=json "nbd+unix:///holes?$NBD" > map
        grep '"start": 5242880, "length": 1048576,.*"zero": false' map
        dmsetup remove holes
        """);
  }

  /** The log of log-writes: docs/targets/log-writes.md. */
  private static List<Long> flags(byte[] log) {
    ByteBuffer bytes = ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN);
    List<Long> flags = new ArrayList<>();
    int unit = 1;
    for (long left = bytes.getLong(16); left > 0; left--) {
      long flag = bytes.getLong(unit * Sectors.SIZE + 16);
      flags.add(flag);
      unit += 1 + (flag == 8 ? 0 : (int) bytes.getLong(unit * Sectors.SIZE + 8));
    }
    return flags;
  }

  @Test
  void aFuaWriteIsOneOverNbdAndAWriteAndAFlushOnANode() throws Exception {
    Needs.tools("qemu-io");
    Path log = world.file(8192);
    world.ok(
        """
        truncate -s 4M logged
        dmsetup create logged --table "0 8192 log-writes $PWD/logged %s"
        dd if=/dev/zero of="$NODES/logged" bs=4k count=1 oflag=direct,dsync status=none
        dmsetup message logged 0 mark nbd
        qemu-io -f raw -c 'write -f 0 4k' "nbd+unix:///logged?$NBD" > qemu.log
        dmsetup remove logged
        """
            .formatted(log));
    List<Long> flags = flags(Files.readAllBytes(log));
    int mark = flags.indexOf(8L);
    assertEquals(List.of(0L, 1L), flags.subList(0, 2), flags::toString);
    assertEquals(mark + 1, flags.indexOf(2L), flags::toString);
  }

  @Test
  void aRegularFileIsADisk() throws Exception {
    Path file = world.file(1_001);
    world.ok("dmsetup create onfile --table '0 1000 linear %s 1'".formatted(file));
    world.ok("echo written | dd of=$NODES/onfile conv=fsync status=none");
    byte[] bytes = Files.readAllBytes(file);
    assertEquals("written", new String(bytes, 512, 7, java.nio.charset.StandardCharsets.US_ASCII));
  }

  @Test
  void aFileInAFileSystemOnADeviceIsADisk() throws Exception {
    // each write above waits for writes below, and there are more of them than threads at first
    world.ok(
        """
        dmsetup create below --table '0 524288 linear %s 0'
        mkfs.ext4 -q "$NODES/below"
        mkdir mnt && mount "$NODES/below" mnt
        dd if=/dev/zero of=mnt/image bs=1M count=64 status=none
        dmsetup create above --table '0 131072 linear mnt/image 0'
        head -c 13107200 /dev/urandom > random
        writers=
        for place in 0 220 440 660; do
          dd if=random of="$NODES/above" bs=64k seek=$place oflag=direct status=none &
          writers="$writers $!"
        done
        for writer in $writers; do wait $writer; done
        for place in 0 220 440 660; do
          cmp -n 13107200 -i 0:$((place * 65536)) random "$NODES/above"
          cmp -n 13107200 -i 0:$((place * 65536)) random mnt/image
        done
        dmsetup remove --retry above
        umount mnt
        fsck.ext4 -fn "$NODES/below" > /dev/null 2>&1
        dmsetup remove --retry below
        """
            .formatted(world.file(524_288)));
  }
}
