package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.TestDisk;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots and their origin as Documentation/admin-guide/device-mapper/snapshot.rst describes
 * them, with the store's bytes on the COW device.
 */
final class SnapshotTest {
  private static final int SIZE = 1024;

  @TempDir Path directory;

  private EngineFixture engine;
  private String disk;
  private String cow;

  @BeforeEach
  void start() throws Exception {
    Path run = Files.createDirectory(directory.resolve("run"));
    disk = EngineFixture.file(directory, "disk", SIZE);
    cow = EngineFixture.file(directory, "cow", 512);
    engine = new EngineFixture(run);
  }

  @AfterEach
  void end() {
    engine.close();
  }

  private DeviceIo origin() {
    return new DeviceIo(engine.device("origin", "0 " + SIZE + " snapshot-origin " + disk), SIZE);
  }

  private DeviceIo snapshot(String name, String store) {
    String line = "0 " + SIZE + " snapshot " + disk + " " + cow + " " + store;
    return new DeviceIo(engine.device(name, line), SIZE);
  }

  private String info(String name) throws Exception {
    String line = engine.status(name).get(0);
    return line.substring(line.indexOf("snapshot")).split(" ", 2)[1];
  }

  private ByteBuffer bytes(String file, long sector, int sectors) throws Exception {
    byte[] bytes = new byte[sectors * 512];
    try (RandomAccessFile read = new RandomAccessFile(file, "r")) {
      read.seek(sector * 512);
      read.readFully(bytes);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void aNewStoreHasAHeaderAndAnEmptyArea() throws Exception {
    try (RandomAccessFile dirty = new RandomAccessFile(cow, "rw")) {
      for (int i = 4; i < 512 * 16; i++) {
        dirty.seek(i);
        dirty.write(0xaa);
      }
    }
    snapshot("snap", "P 8");
    ByteBuffer header = bytes(cow, 0, 16);
    assertEquals(0x70416e53, header.getInt(0));
    assertEquals(1, header.getInt(4), "valid");
    assertEquals(1, header.getInt(8), "version");
    assertEquals(8, header.getInt(12), "chunk");
    for (int i = 16; i < 16 * 512; i++) {
      assertEquals(0, header.get(i), "byte " + i);
    }
    assertEquals("16/512 16", info("snap"));
    assertEquals(List.of("0 1024 snapshot " + disk + " " + cow + " P 8"), engine.table("snap"));
  }

  @Test
  void aWriteToTheOriginLeavesTheSnapshotAsItWas() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "P 8");
    assertEquals(0, origin.write(20, 8, 2));
    assertEquals(0, snapshot.read(0, SIZE));
    assertTrue(snapshot.holds(0, SIZE, 1));
    assertEquals("32/512 16", info("snap"));
    // chunks 2 and 3 of the origin went to chunks 2 and 3 here, before the area is 0 again
    ByteBuffer area = bytes(cow, 8, 8);
    assertEquals(2, area.getLong(0));
    assertEquals(2, area.getLong(8));
    assertEquals(3, area.getLong(16));
    assertEquals(3, area.getLong(24));
    assertEquals(0, area.getLong(40));
    assertEquals(0, origin.read(20, 8));
    assertTrue(origin.holds(20, 8, 2));
  }

  @Test
  void aWriteToTheSnapshotLeavesTheOriginAsItWas() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "N 16");
    assertEquals("0/512 0", info("snap"));
    assertEquals(0, snapshot.write(3, 50, 2));
    assertEquals(0, snapshot.read(0, SIZE));
    for (int sector = 0; sector < SIZE; sector++) {
      int seed = sector >= 3 && sector < 53 ? 2 : 1;
      assertTrue(snapshot.holdsAt(sector, sector, seed), "sector " + sector);
    }
    assertEquals(0, origin.read(0, SIZE));
    assertTrue(origin.holds(0, SIZE, 1));
    assertEquals("64/512 0", info("snap"));
  }

  @Test
  void aPersistentStoreComesBack() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "P 1"); // areas of 32 exceptions, so that several fill up
    assertEquals(0, origin.write(10, 70, 2));
    assertEquals(0, snapshot.write(200, 30, 3));
    String before = info("snap");
    assertEquals("105/512 5", before);
    assertEquals(0, engine.remove("snap").errno());
    snapshot = snapshot("again", "P 4"); // what is on the device counts
    assertEquals(List.of("0 1024 snapshot " + disk + " " + cow + " P 1"), engine.table("again"));
    assertEquals(before, info("again"));
    assertEquals(0, snapshot.read(0, SIZE));
    assertTrue(snapshot.holds(0, 200, 1));
    assertEquals(0, snapshot.read(200, 30));
    assertTrue(snapshot.holds(200, 30, 3));
  }

  @Test
  void aFullCowDeviceEndsTheSnapshotForEver() throws Exception {
    cow = EngineFixture.file(directory, "small", 64);
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "P 16"); // room for two chunks
    assertEquals(0, origin.write(0, 32, 2));
    assertEquals("64/64 32", info("snap"));
    assertEquals(0, engine.engine.devices().named("snap").events().number());
    assertEquals(0, origin.write(40, 1, 2), "the origin goes on");
    assertEquals("Invalid", info("snap"));
    assertEquals(1, engine.engine.devices().named("snap").events().number());
    assertEquals(0, bytes(cow, 0, 1).getInt(4), "the store says so");
    assertEquals(Errno.EIO.number(), snapshot.read(0, 1));
    assertEquals(0, engine.remove("snap").errno());
    snapshot = snapshot("again", "P 16");
    assertEquals("Invalid", info("again"));
    assertEquals(Errno.EIO.number(), snapshot.read(0, 1));
    assertEquals(Errno.EIO.number(), snapshot.write(0, 1, 3));
  }

  @Test
  void anOverflowAwareSnapshotOnlyRefusesItsOwnWrites() throws Exception {
    cow = EngineFixture.file(directory, "small", 48);
    DeviceIo snapshot = snapshot("snap", "PO 16");
    assertEquals(0, snapshot.write(0, 16, 2));
    assertEquals("48/48 32", info("snap"));
    assertEquals(Errno.EIO.number(), snapshot.write(16, 16, 2));
    assertEquals("Overflow", info("snap"));
    assertEquals(0, snapshot.read(0, 16));
    assertTrue(snapshot.holds(0, 16, 2));
    assertEquals(Errno.EIO.number(), snapshot.write(0, 1, 3), "not even what has its chunk");
    assertEquals(1, bytes(cow, 0, 1).getInt(4), "the store is still good");
  }

  @Test
  void eachSnapshotOfAnOriginHasItsOwnTime() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo first = snapshot("first", "P 32");
    cow = EngineFixture.file(directory, "cow2", 2048);
    assertEquals(0, origin.write(100, 100, 2));
    DeviceIo second = snapshot("second", "P 4");
    assertEquals(0, origin.write(0, SIZE / 4, 3));
    assertEquals(0, first.read(0, SIZE));
    assertTrue(first.holds(0, SIZE, 1));
    assertEquals(0, second.read(0, 100));
    assertTrue(second.holds(0, 100, 1));
    assertEquals(0, second.read(100, 100));
    assertTrue(second.holds(100, 100, 2));
    assertEquals(0, origin.read(0, SIZE / 4));
    assertTrue(origin.holds(0, SIZE / 4, 3));
  }

  @Test
  void aReloadedSnapshotTakesItsStoreOver() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "P 8");
    assertEquals(0, origin.write(0, 100, 2));
    String info = info("snap");
    assertEquals(0, engine.load("snap", "0 1024 snapshot " + disk + " " + cow + " P 16").errno());
    assertEquals(
        List.of("0 1024 snapshot " + disk + " " + cow + " P 0"),
        engine.lines("snap", DmFlag.STATUS_TABLE | DmFlag.QUERY_INACTIVE_TABLE));
    assertEquals(
        List.of("0 1024 snapshot 0/512 0"), engine.lines("snap", DmFlag.QUERY_INACTIVE_TABLE));
    assertEquals(0, engine.resume("snap").errno());
    assertEquals(info, info("snap"));
    assertEquals(List.of("0 1024 snapshot " + disk + " " + cow + " P 8"), engine.table("snap"));
    assertEquals(0, origin.write(100, 100, 3));
    assertEquals(0, snapshot.read(0, SIZE));
    assertTrue(snapshot.holds(0, SIZE, 1));
  }

  @Test
  void aHandoverWaitsForItsSource() throws Exception {
    origin();
    snapshot("snap", "P 8");
    engine.create("other");
    String line = "0 1024 snapshot " + disk + " " + cow + " P 8";
    assertEquals(0, engine.load("other", line).errno());
    ControlProtocol.Answer refused = engine.resume("other");
    assertEquals(Errno.EINVAL.number(), refused.errno());
    assertTrue(
        refused.reason().contains("Unable to perform snapshot handover until source is suspended."),
        refused.reason());
    engine.suspend("snap");
    refused = engine.resume("snap");
    assertEquals(Errno.EINVAL.number(), refused.errno());
    assertTrue(
        refused.reason().contains("Unable to resume snapshot source until handover completes."),
        refused.reason());
    engine.create("third");
    refused = engine.load("third", line);
    assertEquals(Errno.EINVAL.number(), refused.errno());
    assertTrue(
        refused.reason().contains("Snapshot cow pairing for exception table handover failed"),
        refused.reason());
    assertEquals(0, engine.resume("other").errno());
    assertEquals("Invalid", info("snap"));
    assertEquals("16/512 16", info("other"));
  }

  @Test
  void aSourceThatGoesTakesItsDestinationWithIt() throws Exception {
    snapshot("snap", "P 8");
    engine.create("other");
    assertEquals(0, engine.load("other", "0 1024 snapshot " + disk + " " + cow + " P 8").errno());
    assertEquals(0, engine.remove("snap").errno());
    assertEquals(0, engine.resume("other").errno());
    assertEquals("Invalid", info("other"));
    DeviceIo other = new DeviceIo(engine.engine.devices().named("other"), 8);
    assertEquals(Errno.EIO.number(), other.read(0, 8));
  }

  @Test
  void aMergeFoldsTheSnapshotBack() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "P 8");
    assertEquals(0, origin.write(0, 300, 2));
    assertEquals(0, snapshot.write(500, 77, 3));
    engine.suspend("origin");
    engine.suspend("snap");
    assertEquals(
        0, engine.load("origin", "0 1024 snapshot-merge " + disk + " " + cow + " P 8").errno());
    assertEquals(0, engine.resume("origin").errno());
    assertEquals("Invalid", info("snap"));
    awaitMerged("origin", "16/512 16");
    assertEquals(0, engine.remove("snap").errno());
    assertEquals(0, origin.read(0, SIZE));
    for (int sector = 0; sector < SIZE; sector++) {
      int seed = sector >= 500 && sector < 577 ? 3 : 1;
      assertTrue(origin.holdsAt(sector, sector, seed), "sector " + sector);
    }
    assertEquals(0, bytes(cow, 8, 8).getLong(8), "no exception is left");
    DeviceIo below = new DeviceIo(engine.device("below", "0 1024 linear " + disk + " 0"), SIZE);
    assertEquals(0, below.read(0, 500));
    assertTrue(below.holds(0, 500, 1));
  }

  private void awaitMerged(String name, String done) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!info(name).equals(done)) {
      assertTrue(System.nanoTime() < end, info(name));
      Thread.onSpinWait();
    }
  }

  @Test
  void aDiscardZeroesWhatWasCopied() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "P 8 2 DISCARD_zeroes_cow discard_passdown_origin");
    assertEquals(
        List.of(
            "0 1024 snapshot "
                + disk
                + " "
                + cow
                + " P 8 2 discard_zeroes_cow discard_passdown_origin"),
        engine.table("snap"));
    assertEquals(0, snapshot.write(16, 16, 2));
    assertEquals(0, snapshot.run(Request.Op.DISCARD, 8, 24));
    assertEquals(0, snapshot.read(0, 64));
    assertTrue(snapshot.holdsAt(0, 0, 1));
    assertTrue(snapshot.holdsAt(8, 8, 0), "the origin's chunk, which was discarded too");
    assertTrue(snapshot.holdsAt(16, 16, 0));
    assertTrue(snapshot.holdsAt(31, 31, 0));
    assertTrue(snapshot.holdsAt(32, 32, 1));
  }

  @Test
  void aDiscardReachesAnOriginThatNoOtherTableHas() throws Exception {
    byte[] ones = new byte[SIZE * 512];
    Arrays.fill(ones, (byte) 1);
    Files.write(Path.of(disk), ones);
    DeviceIo snapshot = snapshot("snap", "P 8 2 discard_zeroes_cow discard_passdown_origin");
    assertEquals(0, snapshot.run(Request.Op.DISCARD, 8, 8));
    assertEquals(ByteBuffer.allocate(8 * 512), bytes(disk, 8, 8));
    assertEquals(ByteBuffer.wrap(ones, 0, 8 * 512), bytes(disk, 0, 8));
    assertEquals(ByteBuffer.wrap(ones, 0, 8 * 512), bytes(disk, 16, 8));
  }

  @Test
  void whatAConstructorRefuses() throws Exception {
    assertRefused("requires 4 or more arguments", disk + " " + cow + " P");
    assertRefused("Invalid number of feature arguments", disk + " " + cow + " P 8 1");
    assertRefused("Unrecognised feature requested", disk + " " + cow + " P 8 1 x");
    assertRefused(
        "discard_passdown_origin feature depends on discard_zeroes_cow",
        disk + " " + cow + " P 8 2 discard_passdown_origin x");
    assertRefused("Cannot get origin device", "/nowhere " + cow + " P 8");
    assertRefused("COW device cannot be the same as origin device", disk + " " + disk + " P 8");
    assertRefused("Cannot get COW device", disk + " /nowhere P 8");
    assertRefused("Couldn't create exception store", disk + " " + cow + " X 8");
    assertRefused("Couldn't create exception store", disk + " " + cow + " PX 8");
    assertRefused("Couldn't create exception store", disk + " " + cow + " P 9");
    assertRefused("Chunk size not set", disk + " " + cow + " N 0");
    try (RandomAccessFile foreign = new RandomAccessFile(cow, "rw")) {
      foreign.write(1);
    }
    assertRefused("Failed to read snapshot metadata", disk + " " + cow + " P 8");
  }

  private void assertRefused(String text, String params) {
    engine.create("bad");
    ControlProtocol.Answer answer = engine.load("bad", "0 8 snapshot " + params);
    assertNotEquals(0, answer.errno());
    assertTrue(answer.reason().contains(text), answer.reason());
  }

  @Test
  void aTransientSnapshotIsInvalidAfterARestart() throws Exception {
    origin();
    snapshot("snap", "N 8");
    engine.close();
    engine = new EngineFixture(directory.resolve("run"));
    assertEquals("Invalid", info("snap"));
  }

  @Test
  void aSuspendedSnapshotStillCountsAfterARestart() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    snapshot("snap", "P 8");
    engine.suspend("snap");
    engine.close();
    engine = new EngineFixture(directory.resolve("run"));
    origin = new DeviceIo(engine.engine.devices().named("origin"), SIZE);
    assertEquals(0, origin.write(0, 64, 2));
    assertEquals("80/512 16", info("snap"));
    assertEquals(0, engine.resume("snap").errno());
    DeviceIo snapshot = new DeviceIo(engine.engine.devices().named("snap"), SIZE);
    assertEquals(0, snapshot.read(0, SIZE));
    assertTrue(snapshot.holds(0, SIZE, 1));
  }

  @Test
  void aTableThatWaitsForAStoreComesBackWaiting() throws Exception {
    DeviceIo origin = origin();
    assertEquals(0, origin.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "P 8");
    assertEquals(0, snapshot.write(0, 16, 2));
    engine.suspend("snap");
    String merge = "0 1024 snapshot-merge " + disk + " " + cow + " P 8";
    assertEquals(0, engine.load("origin", merge).errno());
    engine.close();
    engine = new EngineFixture(directory.resolve("run"));
    assertEquals(List.of(), engine.restored.problems());
    assertEquals("32/512 16", info("snap"));
    assertEquals(
        List.of("0 1024 snapshot-merge " + disk + " " + cow + " P 0"),
        engine.lines("origin", DmFlag.STATUS_TABLE | DmFlag.QUERY_INACTIVE_TABLE));
    assertEquals(0, engine.resume("origin").errno());
    awaitMerged("origin", "16/512 16");
    origin = new DeviceIo(engine.engine.devices().named("origin"), SIZE);
    assertEquals(0, origin.read(0, 16));
    assertTrue(origin.holds(0, 16, 2));
  }

  /** Loads the snapshot anew and suspends this and that, while the origin is written to. */
  @Test
  void storesChangeHandsUnderLoad() throws Exception {
    cow = EngineFixture.file(directory, "large", 4096);
    DeviceIo whole = origin();
    assertEquals(0, whole.write(0, SIZE, 1));
    DeviceIo snapshot = snapshot("snap", "P 4");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger errors = new AtomicInteger();
    MappedDevice device = engine.engine.devices().named("origin");
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      DeviceIo io = new DeviceIo(device, 16);
      Random random = new Random(i);
      Thread writer =
          new Thread(
              () -> {
                for (int seed = 2; !stop.get(); seed++) {
                  int sectors = 1 + random.nextInt(16);
                  errors.addAndGet(io.write(random.nextInt(SIZE - sectors), sectors, seed));
                }
              });
      writer.start();
      writers.add(writer);
    }
    for (int i = 0; i < 60; i++) {
      String line = "0 1024 snapshot " + disk + " " + cow + " P " + (1 << i % 6);
      assertEquals(0, engine.load("snap", line).errno());
      if (i % 3 == 0) {
        assertEquals(0, engine.suspend("snap").errno());
      }
      assertEquals(0, engine.resume("snap").errno());
      assertEquals(0, snapshot.read(0, SIZE));
      assertTrue(snapshot.holds(0, SIZE, 1), "round " + i);
      if (i % 10 == 0) {
        assertEquals(0, engine.suspend("origin").errno());
        assertEquals(0, engine.resume("origin").errno());
      }
    }
    stop.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    assertEquals(0, errors.get());
    assertEquals(0, snapshot.read(0, SIZE));
    assertTrue(snapshot.holds(0, SIZE, 1));
  }

  /** The write waits while its chunk is folded back, and is on its way to the origin then. */
  @Test
  @Timeout(60)
  void aSnapshotThatBeginsBesideAMergeWaitsForWritesThatTheMergeKeptBack() throws Exception {
    List<String> noted = new ArrayList<>();
    Map<DeviceNumber, Backing> disks = new HashMap<>();
    for (int minor = 1; minor <= 3; minor++) {
      DeviceNumber number = new DeviceNumber(240, minor);
      disks.put(number, new TestDisk(number, 256, noted));
    }
    TestDisk held = (TestDisk) disks.get(new DeviceNumber(240, 1));
    Path run = Files.createDirectory(directory.resolve("merge"));
    try (EngineFixture merging = new EngineFixture(run, new NodelessExposure(), disks)) {
      MappedDevice snap = merging.device("snap", "0 64 snapshot 240:1 240:2 P 8");
      assertEquals(0, new DeviceIo(snap, 8).write(0, 8, 1));
      MappedDevice origin = merging.device("origin", "0 64 snapshot-origin 240:1");
      merging.suspend("origin");
      merging.suspend("snap");
      merging.load("origin", "0 64 snapshot-merge 240:1 240:2 P 8");
      held.hold(Request.Op.WRITE);
      assertEquals(0, merging.resume("origin").errno());
      await(() -> held.held() == 1); // the chunk on its way back
      CompletableFuture<Integer> written =
          CompletableFuture.supplyAsync(() -> new DeviceIo(origin, 8).write(0, 8, 2));
      await(() -> origin.gate.hasRequests());
      held.serveHeld();
      await(() -> held.held() == 1); // the write
      Thread making = new Thread(() -> merging.device("second", "0 64 snapshot 240:1 240:3 P 8"));
      making.start();
      await(() -> !making.isAlive() || making.getState() == Thread.State.WAITING);
      held.releaseHeld();
      assertEquals(0, written.join());
      making.join();
      DeviceIo io = new DeviceIo(merging.engine.devices().named("second"), 8);
      assertEquals(0, io.read(0, 8));
      assertTrue(io.holds(0, 8, 2), "the write came before the snapshot");
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
