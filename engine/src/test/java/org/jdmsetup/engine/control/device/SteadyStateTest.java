package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests leave no garbage, whether they are split or not. */
final class SteadyStateTest {
  private static final int ROUNDS = 6_000;

  @TempDir Path directory;

  @Test
  void servingRequestsAllocatesNothing() throws Exception {
    allocatesNothing("0 3000 linear /dev/mapper/low 0", "3000 8 zero");
  }

  @Test
  void targetsThatDirectOrFailRequestsAllocateNothing() throws Exception {
    allocatesNothing(
        "0 1000 switch 2 24 0 /dev/mapper/low 0 /dev/mapper/low 1000",
        "1000 1000 unstriped 2 20 1 /dev/mapper/low 0",
        "2000 500 dust /dev/mapper/low 0 4096",
        "2500 508 flakey /dev/mapper/low 0 1 0");
  }

  private void allocatesNothing(String... table) throws Exception {
    Path run = Files.createDirectory(directory.resolve("run"));
    String disk = EngineFixture.file(directory, "disk", 4096);
    try (EngineFixture engine = new EngineFixture(run)) {
      engine.device(
          "low",
          "0 2048 striped 2 8 " + disk + " 0 " + disk + " 1024",
          "2048 1024 linear " + disk + " 2048");
      measure(engine.device("vol", table), false);
    }
  }

  @Test
  void whatNeedsNoNewCopyInASnapshotAllocatesNothing() throws Exception {
    Path run = Files.createDirectory(directory.resolve("run"));
    String disk = EngineFixture.file(directory, "disk", 3008);
    String cow = EngineFixture.file(directory, "cow", 4096);
    try (EngineFixture engine = new EngineFixture(run)) {
      MappedDevice origin = engine.device("origin", "0 3008 snapshot-origin " + disk);
      MappedDevice snap = engine.device("snap", "0 3008 snapshot " + disk + " " + cow + " P 16");
      measure(snap, true);
      assertEquals(0, new DeviceIo(origin, 3008).write(0, 3008, 1));
      measure(snap, false);
      measure(origin, false);
    }
  }

  private static void measure(MappedDevice device, boolean readsOnly) {
    AlignedBuffer buffer = new AlignedBuffer(64 * 512);
    Request request = new Request(r -> {});
    for (int i = 0; i < ROUNDS; i++) {
      serve(device, request, buffer, readsOnly ? i & ~1 : i);
    }
    // What the JVM itself needs meanwhile, it needs once.
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 3 && least >= ROUNDS / 10; attempt++) {
      least = Math.min(least, allocated(device, request, buffer, readsOnly));
    }
    assertTrue(least < ROUNDS / 10, least + " bytes for " + ROUNDS + " requests");
  }

  private static long allocated(
      MappedDevice device, Request request, AlignedBuffer buffer, boolean readsOnly) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    threads.getThreadAllocatedBytes(self);
    long before = threads.getThreadAllocatedBytes(self);
    for (int i = 0; i < ROUNDS; i++) {
      serve(device, request, buffer, readsOnly ? i & ~1 : i);
    }
    return threads.getThreadAllocatedBytes(self) - before;
  }

  /** Small and large, split and not, reads, writes and now and then a flush. */
  private static void serve(MappedDevice device, Request request, AlignedBuffer buffer, int i) {
    long sectors = 8 << (i % 4);
    long sector = (i * 56L) % (3008 - sectors);
    Request.Op op = i % 2 == 0 ? Request.Op.READ : Request.Op.WRITE;
    if (i % 500 == 0) {
      request.start(Request.Op.FLUSH, 0, 0, 0);
    } else {
      request.start(op, sector, sectors, buffer.address());
    }
    device.submit(request);
    assertEquals(false, request.detach());
    assertEquals(0, request.outcome().number());
  }
}
