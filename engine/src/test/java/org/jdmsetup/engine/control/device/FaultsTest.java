package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Request.Op;
import org.jdmsetup.engine.block.TestDisk;
import org.jdmsetup.engine.block.TestDisk.Place;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is thrown below a device, each request is answered once, and the device can be used,
 * suspended, resumed and removed afterwards.
 */
final class FaultsTest {
  private static final int DISK = 1100;
  private static final int EIO = Errno.EIO.number();

  private static final List<Supplier<Throwable>> THROWN =
      List.of(
          () -> new IllegalStateException("thrown by a test"),
          () -> new OutOfMemoryError("thrown by a test"),
          () -> new StackOverflowError("thrown by a test"));

  @TempDir Path directory;

  private final AlignedBuffer data = new AlignedBuffer(256 * 512);
  private int engines;

  /** An engine over four disks, 8:0 to 8:3. */
  private final class World implements AutoCloseable {
    final List<TestDisk> disks = new ArrayList<>();
    final EngineFixture engine;

    World() {
      Map<DeviceNumber, Backing> byNumber = new HashMap<>();
      for (int minor = 0; minor < 4; minor++) {
        TestDisk disk = new TestDisk(new DeviceNumber(8, minor), DISK, new ArrayList<>());
        disks.add(disk);
        byNumber.put(disk.number(), disk);
      }
      Path run = directory.resolve("run" + engines++);
      run.toFile().mkdir();
      engine = new EngineFixture(run, new NodelessExposure(), byNumber);
    }

    void suspendResumeRemove(String... names) {
      for (String name : names) {
        assertEquals(0, ends(() -> engine.suspend(name)), name);
        assertEquals(0, ends(() -> engine.resume(name)), name);
      }
      for (String name : names) {
        assertEquals(0, ends(() -> engine.remove(name)), name);
      }
    }

    /** The error number, while disks serve what they have kept. */
    private int ends(Supplier<ControlProtocol.Answer> operation) {
      CompletableFuture<ControlProtocol.Answer> end = CompletableFuture.supplyAsync(operation);
      await(
          () -> {
            disks.forEach(TestDisk::serveHeld);
            return end.isDone();
          });
      return end.join().errno();
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  /** A request whose answers are counted. */
  private final class Asked {
    private final AtomicInteger answers = new AtomicInteger();
    private final Request request = new Request(r -> answers.incrementAndGet());

    Asked(MappedDevice device, Op op, long sector, long sectors) {
      request.start(op, sector, sectors, data.address());
      device.submit(request);
      if (!request.detach()) {
        answers.incrementAndGet();
      }
    }

    int errno() {
      await(() -> answers.get() > 0);
      return request.outcome().number();
    }

    int answers() {
      return answers.get();
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waits for ever");
      Thread.onSpinWait();
    }
  }

  private interface Check {
    void with(World world, Place place, Supplier<Throwable> thrown);
  }

  private void everywhere(Check check) {
    for (Place place : Place.values()) {
      for (Supplier<Throwable> thrown : THROWN) {
        try (World world = new World()) {
          check.with(world, place, thrown);
        } catch (AssertionError e) {
          throw new AssertionError(place + ", " + thrown.get(), e);
        }
      }
    }
  }

  /** Reads, writes and flushes while all disks throw, and afterwards. */
  private void survives(String... table) {
    survives(0, 4, table);
  }

  private void survives(int from, int to, String... table) {
    everywhere(
        (world, place, thrown) -> {
          MappedDevice device = world.engine.device("vol", table);
          for (TestDisk disk : world.disks.subList(from, to)) {
            disk.throwing(place, thrown, 3, Op.READ, Op.WRITE, Op.FLUSH, Op.DISCARD);
          }
          List<Asked> asked = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            asked.add(new Asked(device, Op.READ, 4, 8));
            asked.add(new Asked(device, Op.WRITE, 40 * i, 8));
            asked.add(new Asked(device, Op.WRITE, 60, 200));
            asked.add(new Asked(device, Op.FLUSH, 0, 0));
          }
          await(() -> answered(world, asked));
          for (TestDisk disk : world.disks) {
            disk.throwing(place, thrown, 0);
          }
          assertEquals(0, new Asked(device, Op.WRITE, 900, 8).errno());
          assertEquals(0, new Asked(device, Op.READ, 900, 8).errno());
          assertEquals(0, new Asked(device, Op.FLUSH, 0, 0).errno());
          world.suspendResumeRemove("vol");
          asked.forEach(each -> assertEquals(1, each.answers()));
        });
  }

  /** Also what a disk has kept is answered, by the disk. */
  private static boolean answered(World world, List<Asked> asked) {
    world.disks.forEach(TestDisk::serveHeld);
    return asked.stream().allMatch(each -> each.answers() > 0);
  }

  @Test
  void linear() {
    survives("0 1000 linear 8:0 0");
  }

  @Test
  void rules() {
    survives("0 100 linear 8:0 0", "100 100 linear 8:1 0", "200 800 linear 8:2 0");
  }

  @Test
  void striped() {
    survives("0 1024 striped 2 16 8:0 0 8:1 0");
  }

  @Test
  void mirror() {
    survives(0, 1, "0 1024 mirror core 2 64 nosync 2 8:0 0 8:1 0");
  }

  @Test
  void mirrorWithALogThatThrows() {
    survives(2, 3, "0 1024 mirror disk 3 8:2 64 nosync 2 8:0 0 8:1 0");
  }

  @Test
  void mirrorBeingRecovered() {
    survives(1, 2, "0 1024 mirror core 1 64 2 8:0 0 8:1 0");
  }

  @Test
  void delay() {
    survives("0 1024 delay 8:0 0 1 8:1 0 2");
  }

  @Test
  void logWrites() {
    survives("0 1024 log-writes 8:0 8:1");
  }

  @Test
  void ebs() {
    survives("0 1024 ebs 8:0 0 1 8");
  }

  @Test
  void others() {
    survives(
        "0 256 dust 8:0 0 512",
        "256 256 flakey 8:0 256 1000 0",
        "512 256 unstriped 2 64 0 8:1 0",
        "768 256 switch 2 64 0 8:2 0 8:3 0");
  }

  /** A device on a device: what is thrown ends at the lower one. */
  @Test
  void aStack() {
    everywhere(
        (world, place, thrown) -> {
          world.engine.device("low", "0 1024 linear 8:0 0");
          MappedDevice device = world.engine.device("vol", "0 1024 linear /dev/mapper/low 0");
          TestDisk disk = world.disks.get(0);
          disk.throwing(place, thrown, 1, Op.WRITE);
          Asked write = new Asked(device, Op.WRITE, 0, 8);
          disk.serveHeld();
          assertEquals(place == Place.SUBMIT || place == Place.STAGE ? EIO : 0, write.errno());
          assertEquals(0, new Asked(device, Op.WRITE, 0, 8).errno());
          world.suspendResumeRemove("vol", "low");
          assertEquals(1, write.answers());
        });
  }

  /** What is thrown while a chunk is copied makes the snapshot invalid; its origin goes on. */
  @Test
  void snapshotAndOrigin() {
    for (Op op : List.of(Op.READ, Op.WRITE, Op.FLUSH)) {
      everywhere((world, place, thrown) -> snapshot(world, place, thrown, op, "P"));
    }
  }

  @Test
  void transientSnapshotAndOrigin() {
    everywhere((world, place, thrown) -> snapshot(world, place, thrown, Op.READ, "N"));
  }

  private void snapshot(World world, Place place, Supplier<Throwable> thrown, Op op, String store) {
    MappedDevice origin = world.engine.device("origin", "0 1024 snapshot-origin 8:0");
    MappedDevice snap = world.engine.device("snap", "0 1024 snapshot 8:0 8:1 " + store + " 8");
    assertEquals(0, new Asked(origin, Op.WRITE, 800, 8).errno());
    world.disks.get(op == Op.READ ? 0 : 1).throwing(place, thrown, 1, op);
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asked.add(new Asked(origin, Op.WRITE, 16 * i, 8));
      asked.add(new Asked(snap, Op.WRITE, 400 + 16 * i, 8));
      asked.add(new Asked(snap, Op.WRITE, 500 + 16 * i, 2));
      asked.add(new Asked(snap, Op.READ, 16 * i, 64));
    }
    await(() -> answered(world, asked));
    world.disks.forEach(disk -> disk.throwing(place, thrown, 0));
    assertEquals(0, new Asked(origin, Op.WRITE, 100, 8).errno());
    assertEquals(0, new Asked(origin, Op.READ, 100, 8).errno());
    for (int i = 0; i < asked.size(); i += 4) {
      assertEquals(0, asked.get(i).errno(), "a write to the origin");
    }
    world.suspendResumeRemove("snap", "origin");
    asked.forEach(each -> assertEquals(1, each.answers()));
  }

  /** As there is no memory to begin a copy with. */
  @Test
  void aCopyThatCannotBegin() throws Exception {
    try (World world = new World()) {
      MappedDevice origin = world.engine.device("origin", "0 1024 snapshot-origin 8:0");
      world.engine.device("snap", "0 1024 snapshot 8:0 8:1 P 8");
      world.disks.get(0).sizeThrows(() -> new OutOfMemoryError("thrown by a test"));
      Asked write = new Asked(origin, Op.WRITE, 0, 8);
      assertEquals(0, write.errno());
      assertEquals(List.of("0 1024 snapshot Invalid"), world.engine.status("snap"));
      world.disks.get(0).sizeThrows(null);
      assertEquals(0, new Asked(origin, Op.WRITE, 200, 8).errno());
      world.suspendResumeRemove("snap", "origin");
      assertEquals(1, write.answers());
    }
  }

  /** A merge that meets a fault stops, and says so; what was kept back for it fails. */
  @Test
  void merge() {
    everywhere(
        (world, place, thrown) -> {
          world.engine.device("origin", "0 1024 snapshot-origin 8:0");
          MappedDevice snap = world.engine.device("snap", "0 1024 snapshot 8:0 8:1 P 8");
          for (int i = 0; i < 10; i++) {
            assertEquals(0, new Asked(snap, Op.WRITE, 32 * i, 8).errno());
          }
          world.suspendResumeRemove("snap", "origin");
          assertEquals(0, world.engine.create("vol").errno());
          assertEquals(0, world.engine.load("vol", "0 1024 snapshot-merge 8:0 8:1 P 8").errno());
          world.disks.get(1).throwing(place, thrown, 1, Op.READ);
          assertEquals(0, world.engine.resume("vol").errno());
          MappedDevice merged = world.engine.engine.devices().named("vol");
          List<Asked> asked = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            asked.add(new Asked(merged, Op.WRITE, 32 * i, 8));
          }
          await(() -> answered(world, asked));
          world.suspendResumeRemove("vol");
          asked.forEach(each -> assertEquals(1, each.answers()));
        });
  }

  /** A region whose copy met a fault stays out of sync, and a leg says why. */
  @Test
  void aRecoveryThatCannotCopy() throws Exception {
    for (Supplier<Throwable> thrown : THROWN) {
      try (World world = new World()) {
        world.disks.get(1).throwing(Place.SUBMIT, thrown, 1, Op.WRITE);
        MappedDevice device =
            world.engine.device("vol", "0 1024 mirror core 1 1024 2 8:0 0 8:1 0 1 handle_errors");
        await(() -> world.disks.get(1).thrown() == 1);
        await(() -> status(world).contains(" AS "));
        assertEquals(0, new Asked(device, Op.READ, 0, 8).errno());
        world.suspendResumeRemove("vol");
      }
    }
  }

  private static String status(World world) {
    try {
      return world.engine.status("vol").get(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
