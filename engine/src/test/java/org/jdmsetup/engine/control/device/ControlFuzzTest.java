package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buffers that no client sends: each is answered, and the engine works afterwards. */
final class ControlFuzzTest {
  @TempDir Path directory;

  @Test
  void anyBufferIsAnsweredAndNothingBreaks() throws Exception {
    Path run = Files.createDirectory(directory.resolve("run"));
    String disk = EngineFixture.file(directory, "disk", 1000);
    try (EngineFixture engine = new EngineFixture(run)) {
      MappedDevice device = engine.device("vol", "0 8 linear " + disk + " 0");
      engine.caller.go(); // who waits for an event is told at once that nobody wants to know
      Random random = new Random(20240607);
      for (int round = 0; round < 30_000; round++) {
        int command = random.nextInt(20) - 1;
        if (command == DmCommand.REMOVE_ALL.number()) {
          continue;
        }
        ByteBuffer bytes = request(random, disk);
        ControlProtocol.Answer answer = engine.protocol.answer(command, bytes, engine.caller);
        assertTrue(answer.errno() >= 0 && answer.errno() < 4096);
        assertTrue(answer.size() <= bytes.capacity(), "round " + round);
        assertTrue(answer.errno() == 0 || !answer.reason().isEmpty(), "round " + round);
        if (device.suspended()) {
          engine.resume("vol");
        }
        if (engine.engine.devices().named("vol") == null) {
          device = engine.device("vol", "0 8 linear " + disk + " 0");
        }
      }
      engine.call(DmCommand.REMOVE_ALL, engine.request());
      assertEquals(List.of(), engine.names());
      DeviceIo io = new DeviceIo(engine.device("vol", "0 8 linear " + disk + " 0"), 8);
      assertEquals(0, io.write(0, 8, 1));
    }
  }

  /** A request that is right but for some bytes, in a buffer of any size. */
  private static ByteBuffer request(Random random, String disk) {
    DmBuffer whole = DmBuffer.allocate(1024);
    whole.version(4, random.nextInt(60) == 0 ? 99 : 0, 0);
    whole.flags(random.nextBoolean() ? 0 : random.nextInt());
    if (random.nextInt(4) > 0) {
      whole.name(random.nextInt(8) == 0 ? "n" + random.nextInt(3) : "vol");
    }
    switch (random.nextInt(3)) {
      case 0 -> {
        String params = disk + " " + random.nextInt(1200);
        List<TargetSpec> rules =
            List.of(
                new TargetSpec(Sectors.ZERO, new Sectors(1 + random.nextInt(4)), "linear", params),
                new TargetSpec(
                    new Sectors(random.nextInt(5)),
                    new Sectors(8),
                    random.nextBoolean() ? "zero" : "nix",
                    ""));
        TargetPayload.writeLoad(whole, rules.subList(0, 1 + random.nextInt(2)));
      }
      case 1 -> {
        for (int i = DmBuffer.HEADER_SIZE; i < 400; i++) {
          whole.bytes().put(i, (byte) random.nextInt(256));
        }
      }
      default -> {
        for (int i = DmBuffer.HEADER_SIZE; i < 340; i++) {
          whole.bytes().put(i, (byte) ('a' + random.nextInt(26)));
        }
      }
    }
    int size = random.nextInt(3) == 0 ? DmBuffer.MIN_SIZE + random.nextInt(400) : 1024;
    whole.dataSize(size);
    for (int i = random.nextInt(6); i > 0; i--) {
      int where = random.nextInt(2) == 0 ? random.nextInt(48) : random.nextInt(size);
      whole.bytes().put(where, (byte) random.nextInt(256));
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(0, whole.bytes(), 0, size);
    return bytes;
  }

  @Test
  void theLargestRequestThatSaysMoreThanItHoldsIsRefused() throws Exception {
    Path run = Files.createDirectory(directory.resolve("run"));
    try (EngineFixture engine = new EngineFixture(run)) {
      DmBuffer buffer = engine.request();
      engine.create("vol");
      buffer.name("vol");
      buffer.targetCount(1 << 20);
      ControlProtocol.Answer answer = engine.call(DmCommand.TABLE_LOAD, buffer);
      assertEquals(Errno.EINVAL.number(), answer.errno());
      buffer.version(4, 0, 0);
      buffer.dataSize(16384);
      buffer.targetCount((1 << 20) + 1);
      assertEquals(Errno.EOVERFLOW.number(), engine.call(DmCommand.TABLE_LOAD, buffer).errno());
    }
  }
}
