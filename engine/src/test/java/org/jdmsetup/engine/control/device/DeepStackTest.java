package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices on devices on devices: depth costs time, never a thread's stack. */
@Timeout(120)
final class DeepStackTest {
  private static final int DEPTH = 1000;
  private static final int STACK = 256 << 10;

  @TempDir Path directory;

  @Test
  void requestsPassAThousandDevices() throws Exception {
    String disk = EngineFixture.file(directory, "disk", 16);
    Path run = Files.createDirectory(directory.resolve("run"));
    try (EngineFixture engine = new EngineFixture(run)) {
      engine.device("d0", "0 16 linear " + disk + " 0");
      for (int i = 1; i < DEPTH; i++) {
        String below = " linear /dev/mapper/d" + (i - 1) + " ";
        engine.device("d" + i, "0 8" + below + "0", "8 8" + below + "8");
      }
      MappedDevice top = engine.engine.devices().named("d" + (DEPTH - 1));
      FutureTask<Boolean> io = new FutureTask<>(() -> writeFlushRead(top));
      new Thread(null, io, "small-stack", STACK).start();
      assertTrue(io.get());
    }
    FutureTask<EngineFixture> restart = new FutureTask<>(() -> new EngineFixture(run));
    new Thread(null, restart, "small-stack", STACK).start();
    try (EngineFixture engine = restart.get()) {
      assertEquals(DEPTH, engine.restored.deviceCount());
      assertEquals(List.of(), engine.restored.problems());
      DeviceIo io = new DeviceIo(engine.engine.devices().named("d" + (DEPTH - 1)), 16);
      assertEquals(0, io.read(4, 8));
      assertTrue(io.holds(4, 8, 7));
      assertEquals(0, engine.call(DmCommand.REMOVE_ALL, engine.request()).errno());
      assertTrue(engine.names().isEmpty());
    }
  }

  private static boolean writeFlushRead(MappedDevice device) {
    DeviceIo io = new DeviceIo(device, 16);
    assertEquals(0, io.write(4, 8, 7));
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    assertEquals(0, io.read(4, 8));
    return io.holds(4, 8, 7);
  }
}
