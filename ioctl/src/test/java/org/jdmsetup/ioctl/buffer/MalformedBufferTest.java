package org.jdmsetup.ioctl.buffer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Test;

/** Whatever the bytes, a reader gives a value or a {@link MalformedBufferException}. */
class MalformedBufferTest {
  private static final int ROUNDS = 20_000;

  private int accepted;
  private int refused;

  @Test
  void randomBytes() {
    Random random = new Random(2);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[DmBuffer.MIN_SIZE + random.nextInt(300)];
      random.nextBytes(bytes);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (random.nextBoolean()) {
        buffer.putInt(DmBuffer.DATA_SIZE, DmBuffer.MIN_SIZE + random.nextInt(310));
        buffer.putInt(DmBuffer.DATA_START, 300 + random.nextInt(30));
        buffer.putInt(DmBuffer.TARGET_COUNT, random.nextInt(5));
        buffer.putInt(DmBuffer.FLAGS, DmFlag.DATA_OUT);
      }
      readEverything(buffer);
    }
    assertTrue(refused > 0);
  }

  @Test
  void mutatedBuffers() {
    Random random = new Random(3);
    List<DmBuffer> good = goodBuffers();
    for (int i = 0; i < ROUNDS; i++) {
      ByteBuffer source = good.get(random.nextInt(good.size())).bytes();
      ByteBuffer bytes =
          ByteBuffer.allocate(source.capacity() - random.nextInt(40))
              .order(ByteOrder.LITTLE_ENDIAN);
      bytes.put(0, source, 0, bytes.capacity());
      if (random.nextBoolean()) {
        bytes.putInt(DmBuffer.DATA_SIZE, bytes.capacity());
      }
      int mutations = 1 + random.nextInt(4);
      for (int m = 0; m < mutations; m++) {
        int at =
            random.nextInt(3) == 0 ? 12 + random.nextInt(20) : random.nextInt(bytes.capacity());
        if (at + Integer.BYTES <= bytes.capacity() && random.nextBoolean()) {
          bytes.putInt(at, random.nextBoolean() ? random.nextInt() : random.nextInt(512));
        } else {
          bytes.put(at, (byte) random.nextInt());
        }
      }
      readEverything(bytes);
    }
    assertTrue(accepted > 0 && refused > 0);
  }

  private static List<DmBuffer> goodBuffers() {
    DmBuffer load = DmBuffer.allocate(600);
    TargetPayload.writeLoad(
        load,
        List.of(
            new TargetSpec(Sectors.ZERO, new Sectors(8), "linear", "7:0 \\0"),
            new TargetSpec(new Sectors(8), new Sectors(8), "zero", ""),
            new TargetSpec(new Sectors(16), new Sectors(8), "error", "")));
    DmBuffer status = DmBuffer.allocate(600);
    TargetPayload.writeStatus(
        status,
        List.of(
            new TargetSpec(Sectors.ZERO, new Sectors(8), "linear", "7:0"),
            new TargetSpec(new Sectors(8), new Sectors(8), "zero", "")));
    DmBuffer names = DmBuffer.allocate(600);
    NamesPayload.write(
        names,
        List.of(
            new ListedDevice("a", new DeviceNumber(1, 2), 3, "u"),
            new ListedDevice("b", new DeviceNumber(1, 3), 3, "")),
        true);
    DmBuffer deps = DmBuffer.allocate(600);
    DepsPayload.write(deps, List.of(new DeviceNumber(1, 2), new DeviceNumber(4095, 1048575)));
    DmBuffer versions = DmBuffer.allocate(600);
    VersionsPayload.write(
        versions, List.of(new TargetVersion("zero", 1, 2, 3), new TargetVersion("x", 1, 2, 3)));
    DmBuffer message = DmBuffer.allocate(600);
    TextPayload.writeMessage(message, new TargetMessage(new Sectors(5), "hello"));
    DmBuffer answer = DmBuffer.allocate(600);
    TextPayload.writeAnswer(answer, "hello");
    return List.of(load, status, names, deps, versions, message, answer);
  }

  private interface Reader {
    Object read(DmBuffer buffer) throws MalformedBufferException;
  }

  private static final List<Reader> READERS =
      List.of(
          TargetPayload::readLoad,
          TargetPayload::readStatus,
          buffer -> NamesPayload.read(buffer, true),
          buffer -> NamesPayload.read(buffer, false),
          DepsPayload::read,
          VersionsPayload::read,
          TextPayload::read,
          TextPayload::readMessage,
          buffer -> String.valueOf(TextPayload.readAnswer(buffer)),
          buffer -> buffer.name() + buffer.uuid() + DeviceNumber.ofEncoded(buffer.dev()));

  private void readEverything(ByteBuffer bytes) {
    for (Reader reader : READERS) {
      try {
        reader.read(DmBuffer.wrap(bytes));
        accepted++;
      } catch (MalformedBufferException e) {
        assertTrue(e.getMessage().length() > 10, "says what and where");
        refused++;
      }
    }
  }
}
