package org.jdmsetup.engine.expose.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.aio.TestLoops;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.expose.BlockNodes;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.jdmsetup.engine.expose.freeze.FreezeException;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices as block devices, used by the programs that people use. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoopExposureTest {

  private static final int MIB = 1 << 20;

  @TempDir Path runDirectory;

  private final EventLoops loops = TestLoops.start();
  private LoopExposure exposure;

  @BeforeEach
  void start() throws IOException {
    BlockNodes.needed();
    exposure = new LoopExposure(runDirectory, loops);
  }

  @AfterEach
  void stop() {
    if (exposure != null) {
      exposure.close();
    }
    loops.close();
  }

  private static String loop(int minor) {
    return "/dev/loop" + LoopDriver.number(minor);
  }

  private Path file(String name) {
    return runDirectory.resolve("fuse").resolve(name);
  }

  /** As a command asks that comes now. */
  private int openCount(int minor) {
    exposure.clientConnected("/dev/mapper");
    return exposure.openCount(minor);
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void ddAndBlockdevSeeTheDevice() throws Exception {
    Needs.tools("dd", "blockdev");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    byte[] data = random(MIB, 1);
    device.put(MIB, data);
    int minor = exposure.add("vol", device, -1);

    assertEquals("8192", Programs.run("blockdev", "--getsz", loop(minor)).strip());
    assertEquals("512", Programs.run("blockdev", "--getss", loop(minor)).strip());
    assertEquals(
        "4194304", Programs.run("blockdev", "--getsize64", file("vol").toString()).strip());

    Path copy = runDirectory.resolve("copy");
    Programs.run("dd", "if=" + loop(minor), "of=" + copy, "bs=1M", "skip=1", "count=1");
    assertArrayEquals(data, Files.readAllBytes(copy));

    Programs.run("dd", "if=" + copy, "of=" + loop(minor), "bs=64k", "conv=fsync");
    assertArrayEquals(data, device.bytes(0, MIB));
    assertTrue(device.flushes.get() > 0);
    assertEquals(0, device.wrongRequests());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void theGranularityOfDiscardsIsTheDevices() throws Exception {
    MemoryDevice device = new MemoryDevice(4 * MIB);
    device.sectors = 0;
    int minor = exposure.add("vol", device, -1); // as when it is made, without a table
    device.sectors = 8192;
    device.discardGranularityBytes = 65536;
    exposure.update(minor);
    Path queue = LoopDriver.sysfs(LoopDriver.number(minor)).resolve("queue");
    assertEquals("65536", Files.readString(queue.resolve("discard_granularity")).strip());
    assertEquals("512", Files.readString(queue.resolve("logical_block_size")).strip());
    assertEquals("8192", Programs.run("blockdev", "--getsz", loop(minor)).strip());
    assertTrue(exposure.remove(minor));
  }

  private static String queue(int minor, String attribute) throws IOException {
    Path queue = LoopDriver.sysfs(LoopDriver.number(minor)).resolve("queue");
    return Files.readString(queue.resolve(attribute)).strip();
  }

  private static void needsADriverThatLearns(int minor) throws IOException {
    assumeTrue(queue(minor, "write_zeroes_max_bytes").equals("0"), "Linux 6.11 or newer");
  }

  @Test
  void aDiscardOfADeviceThatCannotZeroIsOne() throws Exception {
    Needs.tools("blkdiscard", "fallocate");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    byte[] data = random(4 * MIB, 3);
    device.put(0, data);
    device.writeZeroes = false;
    device.sectors = 0;
    int minor = exposure.add("mirror", device, -1);
    device.sectors = 8192;
    exposure.update(minor);
    needsADriverThatLearns(minor);
    assertArrayEquals(data, device.bytes(0, 4 * MIB), "nothing was written to find out");
    assertEquals("8192", Programs.run("blockdev", "--getsz", loop(minor)).strip());

    Programs.run("blkdiscard", "-o", "65536", "-l", "131072", loop(minor));
    assertEquals(131072, device.discarded.get());
    assertEquals(0, device.zeroed.get());

    Programs.run("blkdiscard", "-z", "-o", "262144", "-l", "65536", loop(minor));
    assertArrayEquals(new byte[65536], device.bytes(262144, 65536));
    assertEquals(131072, device.discarded.get(), "zeroes come as data");

    String[] punch = {"fallocate", "-p", "-o", "0", "-l", "4096", loop(minor)};
    assertNotEquals(0, Programs.tryRun(punch).status(), "as a kernel's mirror answers");
    punch[6] = file("mirror").toString();
    assertNotEquals(0, Programs.tryRun(punch).status(), "a hole in a file must read as zeroes");
    assertEquals(0, device.wrongRequests());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aDiscardIsCutWhereItsDeviceCanDiscardFromAsOnAKernelsDevice() throws Exception {
    Needs.tools("blkdiscard");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    device.writeZeroes = false;
    device.discardGranularityBytes = 4096;
    int minor = exposure.add("switch", device, -1);
    needsADriverThatLearns(minor);
    Programs.run("blkdiscard", "-f", "-o", "2048", "-l", "8192", loop(minor));
    Programs.run("blkdiscard", "-f", "-o", "40960", "-l", "2048", loop(minor));
    assertEquals("[4+4, 8+12, 80+4]", device.discards.toString());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void whatIsThrownBelowANodeFailsOneRequestAndNothingElse() throws Exception {
    Needs.tools("dd");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    int minor = exposure.add("faulty", device, -1);
    String[] read = {"dd", "if=" + loop(minor), "of=/dev/null", "iflag=direct", "count=8"};
    for (Error thrown : new Error[] {new OutOfMemoryError("test"), new StackOverflowError()}) {
      device.before =
          () -> {
            throw thrown;
          };
      assertNotEquals(0, Programs.tryRun(read).status(), thrown.toString());
      device.before = () -> {};
      assertEquals(0, Programs.tryRun(read).status(), "after " + thrown);
    }
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aDiscardThatADeviceCannotDoForOnceStopsNoOther() throws Exception {
    Needs.tools("blkdiscard");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    device.writeZeroes = false;
    int minor = exposure.add("mirror", device, -1);
    needsADriverThatLearns(minor);
    device.errno = 95; // EOPNOTSUPP
    Programs.run("blkdiscard", "-f", "-o", "0", "-l", "65536", loop(minor)); // reads nothing first
    device.errno = 0;
    device.discarded.set(0);
    Programs.run("blkdiscard", "-o", "65536", "-l", "65536", loop(minor));
    assertEquals(65536, device.discarded.get());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void discardsMayCompleteLater() throws Exception {
    Needs.tools("blkdiscard");
    ExecutorService executor = Executors.newSingleThreadExecutor();
    MemoryDevice device = new MemoryDevice(4 * MIB);
    device.writeZeroes = false;
    device.later = executor;
    int minor = exposure.add("delay", device, -1);
    needsADriverThatLearns(minor);
    for (int i = 1; i <= 8; i++) {
      Programs.run("blkdiscard", "-f", "-o", "65536", "-l", "65536", loop(minor));
      assertEquals(i * 65536, device.discarded.get());
    }
    executor.shutdown();
    device.later = null;
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aDiscardOfADeviceThatZeroesLeavesZeroes() throws Exception {
    Needs.tools("blkdiscard", "fallocate");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    device.put(0, random(4 * MIB, 3));
    int minor = exposure.add("linear", device, -1);
    Programs.run("blkdiscard", "-o", "0", "-l", "65536", loop(minor));
    Programs.run("fallocate", "-p", "-o", "65536", "-l", "65536", loop(minor));
    assertEquals(131072, device.zeroed.get());
    assertArrayEquals(new byte[131072], device.bytes(0, 131072));
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aDeviceThatCannotDiscardSaysSo() throws Exception {
    Needs.tools("blkdiscard");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    device.discard = false;
    int minor = exposure.add("origin", device, -1);
    assertEquals("0", queue(minor, "discard_max_bytes"));
    assertNotEquals(0, Programs.tryRun("blkdiscard", loop(minor)).status());
    assertEquals(0, device.discarded.get() + device.zeroed.get());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void readAheadIsTwiceTheBestRequest() throws Exception {
    MemoryDevice device = new MemoryDevice(4 * MIB);
    device.ioOptBytes = 256 << 10;
    int minor = exposure.add("striped", device, -1);
    assertEquals("1024", Programs.run("blockdev", "--getra", loop(minor)).strip());
    device.ioOptBytes = 0; // another table
    exposure.update(minor);
    assertEquals("256", Programs.run("blockdev", "--getra", loop(minor)).strip());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aClaimedDeviceIsNobodyElses() throws Exception {
    Needs.tools("mkfs.ext4");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    int minor = exposure.add("vol", device, -1);
    assertEquals(0, exposure.claim(minor));
    Programs.Result refused = Programs.tryRun("mkfs.ext4", "-q", loop(minor));
    assertNotEquals(0, refused.status());
    assertTrue(refused.out().contains("apparently in use"), refused.out());

    device.blockSize = 4096; // whose claim it is can change it nevertheless
    exposure.update(minor);
    assertEquals("4096", Programs.run("blockdev", "--getss", loop(minor)).strip());
    assertEquals(0, openCount(minor), "our own descriptors do not count");

    exposure.releaseClaim(minor);
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aMountedDeviceCannotBeClaimed() throws Exception {
    Needs.tools("mkfs.ext4", "mount", "umount");
    MemoryDevice device = new MemoryDevice(8 * MIB);
    int minor = exposure.add("vol", device, -1);
    Path mounted = Files.createDirectory(runDirectory.resolve("mnt"));
    Programs.run("mkfs.ext4", "-q", loop(minor));
    Programs.run("mount", loop(minor), mounted.toString());
    try {
      assertEquals(16, exposure.claim(minor), "EBUSY");
      device.blockSize = 4096;
      exposure.update(minor); // the mounted file system keeps its blocks
      assertEquals("512", Programs.run("blockdev", "--getss", loop(minor)).strip());
    } finally {
      Programs.run("umount", mounted.toString());
    }
    assertEquals(0, exposure.claim(minor));
    exposure.update(minor);
    assertEquals("4096", Programs.run("blockdev", "--getss", loop(minor)).strip());
    exposure.releaseClaim(minor);
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aFrozenFileSystemCanBeUnmountedAndThawed() throws Exception {
    Needs.tools("mkfs.ext4", "mount", "umount", "fsfreeze");
    int minor = exposure.add("vol", new MemoryDevice(8 * MIB), -1);
    assertNull(exposure.freeze(minor), "nothing is mounted");
    String mounted = Files.createDirectory(runDirectory.resolve("a mount")).toString();
    Programs.run("mkfs.ext4", "-q", loop(minor));
    Programs.run("mount", loop(minor), mounted);

    Frozen frozen = exposure.freeze(minor);
    assertNotNull(frozen);
    assertNotEquals(0, Programs.tryRun("fsfreeze", "-f", mounted).status(), "it is frozen");
    FreezeException again = assertThrows(FreezeException.class, () -> exposure.freeze(minor));
    assertEquals(16, again.errno(), "EBUSY");
    frozen.thaw();
    Programs.run("fsfreeze", "-f", mounted);
    Programs.run("fsfreeze", "-u", mounted);

    frozen = exposure.freeze(minor);
    Programs.run("umount", mounted);
    assertFalse(exposure.remove(minor), "the file system is there until it is thawed");
    frozen.thaw();
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aFileSystemLivesOnIt() throws Exception {
    Needs.tools("mkfs.ext4", "mount", "umount", "fstrim", "e2fsck");
    MemoryDevice device = new MemoryDevice(32 * MIB);
    int minor = exposure.add("vol", device, -1);
    Path mounted = Files.createDirectory(runDirectory.resolve("mnt"));
    Programs.run("mkfs.ext4", "-q", loop(minor));
    Programs.run("mount", loop(minor), mounted.toString());
    byte[] data = random(3 * MIB, 2);
    try {
      Files.write(mounted.resolve("file"), data);
      assertTrue(openCount(minor) >= 1);
      assertFalse(exposure.remove(minor), "removed while mounted");
      Programs.run("fstrim", mounted.toString());
      assertTrue(device.zeroed.get() > 0);
    } finally {
      Programs.run("umount", mounted.toString());
    }
    Programs.run("mount", "-o", "ro", loop(minor), mounted.toString());
    try {
      assertArrayEquals(data, Files.readAllBytes(mounted.resolve("file")));
    } finally {
      Programs.run("umount", mounted.toString());
    }
    Programs.run("e2fsck", "-fn", loop(minor));
    assertEquals(0, openCount(minor));
    assertEquals(0, device.wrongRequests());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void fioVerifiesADeviceThatCompletesLater() throws Exception {
    Needs.tools("fio");
    ExecutorService executor = Executors.newFixedThreadPool(3);
    MemoryDevice device = new MemoryDevice(16 * MIB, 4096);
    device.later = executor;
    int minor = exposure.add("slow", device, -1);
    try {
      Programs.run(
          "fio",
          "--name=verify",
          "--filename=" + loop(minor),
          "--ioengine=libaio",
          "--direct=1",
          "--rw=randwrite",
          "--bsrange=4k-256k",
          "--iodepth=32",
          "--verify=crc32c",
          "--verify_fatal=1",
          "--verify_state_save=0",
          "--size=16m");
    } finally {
      executor.shutdown();
    }
    assertEquals(0, device.wrongRequests());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aSuspendedDeviceDoesNotStallAnother() throws Exception {
    Needs.tools("dd", "fio");
    MemoryDevice suspended = new MemoryDevice(64 * MIB);
    MemoryDevice other = new MemoryDevice(4 * MIB);
    int minor = exposure.add("suspended", suspended, -1);
    suspended.hold();
    Process writer =
        new ProcessBuilder(
                "fio",
                "--name=w",
                "--filename=" + loop(minor),
                "--ioengine=libaio",
                "--direct=1",
                "--rw=write",
                "--bs=256k",
                "--iodepth=100",
                "--size=32m")
            .redirectErrorStream(true)
            .redirectOutput(runDirectory.resolve("fio.txt").toFile())
            .start();
    try {
      while (suspended.held() < 100) {
        assertTrue(writer.isAlive(), () -> "fio ended early");
        Thread.onSpinWait();
      }
      int free = exposure.add("free", other, -1);
      Programs.run("dd", "if=/dev/zero", "of=" + loop(free), "bs=1M", "count=4", "oflag=direct");
      Programs.run("dd", "if=" + loop(free), "of=/dev/null", "bs=4k", "iflag=direct");
      assertTrue(exposure.remove(free));

      // the control plane works on the suspended device itself, too
      assertFalse(exposure.remove(minor), "removed while in use");
      suspended.sectors = 48 * MIB >> 9;
      exposure.update(minor);
      assertTrue(openCount(minor) >= 1);
    } finally {
      suspended.release();
      assertTrue(writer.waitFor(60, TimeUnit.SECONDS));
    }
    assertEquals(0, writer.exitValue());
    assertEquals("98304", Programs.run("blockdev", "--getsz", loop(minor)).strip());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void errorsComeThrough() throws Exception {
    Needs.tools("dd");
    MemoryDevice device = new MemoryDevice(MIB);
    device.errno = 5;
    int minor = exposure.add("broken", device, -1);
    Programs.Result read =
        Programs.tryRun(
            "dd", "if=" + loop(minor), "of=/dev/null", "bs=4k", "count=1", "iflag=direct");
    assertNotEquals(0, read.status());
    assertTrue(read.out().contains("Input/output error"), read::out);
    Programs.Result write =
        Programs.tryRun(
            "dd", "if=/dev/zero", "of=" + loop(minor), "bs=4k", "count=1", "oflag=direct");
    assertTrue(write.out().contains("Input/output error"), write::out);
    assertTrue(exposure.remove(minor));
  }

  @Test
  void sizeAndReadOnlyChangesShow() throws Exception {
    Needs.tools("blockdev", "dd");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    device.sectors = 0;
    int minor = exposure.add("new", device, -1);
    assertEquals("0", Programs.run("blockdev", "--getsz", loop(minor)).strip());

    device.sectors = 2048;
    exposure.update(minor);
    assertEquals("2048", Programs.run("blockdev", "--getsz", loop(minor)).strip());

    device.sectors = 8192;
    device.readOnly = true;
    exposure.update(minor);
    assertEquals("8192", Programs.run("blockdev", "--getsz", loop(minor)).strip());
    assertEquals("1", Programs.run("blockdev", "--getro", loop(minor)).strip());
    // root may write to any file: the daemon refuses
    Programs.Result write =
        Programs.tryRun("dd", "if=/dev/zero", "of=" + file("new"), "count=1", "conv=notrunc");
    assertTrue(write.out().contains("Read-only file system"), write::out);

    device.readOnly = false;
    exposure.update(minor);
    assertEquals("0", Programs.run("blockdev", "--getro", loop(minor)).strip());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void wantedMinorsAreHonoured() throws Exception {
    int minor = exposure.add("first", new MemoryDevice(MIB), -1);
    IOException taken =
        assertThrows(IOException.class, () -> exposure.add("second", new MemoryDevice(MIB), minor));
    assertTrue(taken.getMessage().contains("Device or resource busy"), taken::getMessage);
    assertTrue(exposure.remove(minor));
    assertEquals(minor, exposure.add("third", new MemoryDevice(MIB), minor));
    assertTrue(exposure.remove(minor));
  }

  @Test
  void partOfABlockIsMergedIntoIt() throws Exception {
    Needs.tools("dd");
    MemoryDevice device = new MemoryDevice(MIB, 4096);
    byte[] expected = random(MIB, 3);
    device.put(0, expected);
    int minor = exposure.add("blocks", device, -1);
    byte[] data = random(100_000, 4);
    Path source = Files.write(runDirectory.resolve("source"), data);
    Programs.run(
        "dd",
        "if=" + source,
        "of=" + file("blocks"),
        "bs=100000",
        "seek=5001",
        "oflag=seek_bytes",
        "conv=notrunc");
    System.arraycopy(data, 0, expected, 5001, data.length);
    assertArrayEquals(expected, device.bytes(0, MIB));
    try (InputStream in = Files.newInputStream(file("blocks"))) {
      in.skipNBytes(5001);
      assertArrayEquals(data, in.readNBytes(data.length));
    }
    assertEquals(0, device.wrongRequests());
    assertTrue(exposure.remove(minor));
  }

  @Test
  @SuppressWarnings("try") // being open is all the resource is for
  void anOpenFileOrNodeIsBusy() throws Exception {
    int minor = exposure.add("vol", new MemoryDevice(MIB), -1);
    try (InputStream open = Files.newInputStream(file("vol"))) {
      assertFalse(exposure.remove(minor));
      assertEquals(1, openCount(minor));
    }
    try (InputStream open = Files.newInputStream(Path.of(loop(minor)))) {
      assertFalse(exposure.remove(minor));
    }
    // still whole after the refusals
    try (InputStream open = Files.newInputStream(Path.of(loop(minor)))) {
      assertEquals(MIB, open.readAllBytes().length);
    }
    assertTrue(exposure.remove(minor));
  }

  @Test
  void whoComesIsToldWhoHasTheNodeOpenByThen() throws Exception {
    int minor = exposure.add("vol", new MemoryDevice(MIB), -1);
    for (int i = 0; i < 5; i++) {
      Process program =
          new ProcessBuilder("sleep", "60").redirectInput(Path.of(loop(minor)).toFile()).start();
      assertEquals(1, openCount(minor));
      program.destroyForcibly().waitFor();
      assertEquals(0, openCount(minor));
    }
    assertTrue(exposure.remove(minor));
  }

  private static boolean isBound(int minor) {
    return LoopDriver.backingFile(LoopDriver.number(minor)) != null;
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Uninterruptibly.sleep(1);
    }
  }

  @Test
  void aDeviceThatAnotherProgramDetachesIsThereAgain() throws Exception {
    Needs.tools("losetup", "blockdev");
    MemoryDevice device = new MemoryDevice(4 * MIB, 4096);
    device.readOnly = true;
    int minor = exposure.add("vol", device, -1);
    for (int i = 0; i < 5; i++) {
      Programs.run("losetup", "--detach", loop(minor));
      await(() -> isBound(minor));
      exposure.clientConnected("/dev/mapper");
      assertEquals(
          "8192 4096 1",
          Programs.run("blockdev", "--getsz", "--getss", "--getro", loop(minor))
              .strip()
              .replace('\n', ' '));
    }
    assertTrue(exposure.remove(minor));
    assertFalse(isBound(minor), "unless it is us who detach it");
  }

  @Test
  @SuppressWarnings("try") // being open is all the resource is for
  void anOpenDeviceThatAnotherProgramDetachesStaysWhenItIsClosed() throws Exception {
    Needs.tools("losetup", "blockdev");
    int minor = exposure.add("vol", new MemoryDevice(4 * MIB), -1);
    int number = LoopDriver.number(minor);
    try (InputStream open = Files.newInputStream(Path.of(loop(minor)))) {
      Programs.run("losetup", "--detach", loop(minor));
      assertTrue(LoopDriver.isAutoclear(number));
      await(
          () -> {
            exposure.clientConnected("/dev/mapper"); // looks once in a while
            return !LoopDriver.isAutoclear(number);
          });
      Programs.run("losetup", "--detach", loop(minor));
    }
    await(() -> isBound(minor));
    exposure.clientConnected("/dev/mapper");
    assertEquals("8192", Programs.run("blockdev", "--getsz", loop(minor)).strip());
    assertTrue(exposure.remove(minor));
  }

  @Test
  void whoIsKilledWhileItWaitsForAHeldDeviceKeepsNobodyFromOpeningIt() throws Exception {
    Needs.tools("cat", "blockdev");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    int minor = exposure.add("vol", device, -1);
    exposure.keepOpen(minor, true);
    device.hold();
    try {
      Process reader =
          new ProcessBuilder("cat", loop(minor))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      await(() -> device.held() > 0);
      assertEquals(1, openCount(minor), "our own descriptor does not count");
      reader.destroyForcibly();
      assertTrue(reader.waitFor(60, TimeUnit.SECONDS), "it is gone");
      Process other = new ProcessBuilder("blockdev", "--getsz", loop(minor)).start();
      assertTrue(other.waitFor(60, TimeUnit.SECONDS), "the device can be opened");
    } finally {
      device.release();
      exposure.keepOpen(minor, false);
    }
    assertTrue(exposure.remove(minor));
  }

  @Test
  void whatWasWrittenToAHeldDeviceIsNotLost() throws Exception {
    Needs.tools("dd");
    MemoryDevice device = new MemoryDevice(4 * MIB);
    int minor = exposure.add("vol", device, -1);
    exposure.keepOpen(minor, true);
    device.hold();
    byte[] data = random(MIB, 5);
    Path source = Files.write(runDirectory.resolve("source"), data);
    try {
      // it does not wait, as its close is not the last
      Programs.run("dd", "if=" + source, "of=" + loop(minor), "bs=1M");
      assertFalse(exposure.remove(minor));
      assertEquals(11, exposure.claim(minor), "EAGAIN: whether others have it cannot be told");
    } finally {
      device.release();
    }
    exposure.keepOpen(minor, false);
    assertEquals(0, exposure.claim(minor));
    assertArrayEquals(data, device.bytes(0, MIB));
    exposure.releaseClaim(minor);
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aHeldDeviceThatIsIdleCanBeRemoved() throws Exception {
    int minor = exposure.add("vol", new MemoryDevice(4 * MIB), -1);
    exposure.keepOpen(minor, true);
    assertTrue(exposure.remove(minor));
    assertFalse(isBound(minor));
  }

  @Test
  void whatProcessesShareIsOneOpenFile() throws Exception {
    int minor = exposure.add("vol", new MemoryDevice(MIB), -1);
    String script =
        "exec 9<$0; sleep 60 0<&9 & exec 7<&9; echo; read go; "
            + "exec 8<$0; echo; read go; exec 8<&-; echo; read go; kill $!; wait";
    Process shell = new ProcessBuilder("bash", "-c", script, loop(minor)).start();
    try (InputStream said = shell.getInputStream();
        OutputStream go = shell.getOutputStream()) {
      for (int expected : new int[] {1, 2, 1}) {
        assertEquals('\n', said.read());
        assertEquals(expected, openCount(minor));
        go.write('\n');
        go.flush();
      }
    }
    shell.waitFor();
    assertTrue(exposure.remove(minor));
  }

  @Test
  void aLazilyUnmountedDirectoryStillLetsDevicesGo() throws Exception {
    Needs.tools("umount");
    int minor = exposure.add("vol", new MemoryDevice(MIB), -1);
    Programs.run("umount", "-l", file("").toString());
    assertTrue(exposure.remove(minor));
    assertNull(LoopDriver.backingFile(LoopDriver.number(minor)));
  }

  @Test
  void manyDevicesLeaveNothing() throws Exception {
    int[] minors = new int[100];
    for (int i = 0; i < minors.length; i++) {
      minors[i] = exposure.add("vol" + i, new MemoryDevice(64 << 10), -1);
    }
    for (int minor : minors) {
      assertTrue(exposure.remove(minor));
    }
    assertEquals(0, file("").toFile().list().length);
    exposure.close();
    exposure = null;
    for (int minor : minors) {
      int number = LoopDriver.number(minor);
      // another program may have made a device of that number since
      String backing = LoopDriver.backingFile(number);
      assertTrue(
          backing == null
              ? !Files.exists(LoopDriver.sysfs(number))
              : !backing.startsWith(runDirectory.toString()),
          () -> loop(minor) + " stays");
    }
    assertFalse(Files.readString(Path.of("/proc/self/mountinfo")).contains(file("").toString()));
  }

  @Test
  void anInterruptDoesNotEndTheClosing() throws IOException {
    int number = LoopDriver.number(exposure.add("vol", new MemoryDevice(MIB), -1));
    Path ours = file("vol");
    Thread.currentThread().interrupt();
    exposure.close();
    assertTrue(Thread.interrupted());
    exposure = null;
    // another program may have made a device of that number since
    assertNotEquals(ours.toString(), LoopDriver.backingFile(number));
  }
}
