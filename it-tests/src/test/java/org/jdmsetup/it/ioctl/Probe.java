package org.jdmsetup.it.ioctl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.NamesPayload;

/** Well-formed requests of the player's own: how it learns what a driver's state is. */
final class Probe {
  private static final int ROOM = 16_384;

  private Probe() {}

  private static ByteBuffer request(int flags) {
    DmBuffer buffer = DmBuffer.allocate(ROOM);
    buffer.version(4, 0, 0);
    buffer.flags(flags);
    return buffer.bytes();
  }

  static SequenceStep.Call list() {
    return call(DmCommand.LIST_DEVICES, request(DmFlag.UUID));
  }

  static SequenceStep.Call about(DmCommand command, int flags, long dev) {
    ByteBuffer request = request(flags);
    request.putLong(40, dev);
    return call(command, request);
  }

  private static SequenceStep.Call call(DmCommand command, ByteBuffer request) {
    byte[] bytes = new byte[request.capacity()];
    request.get(0, bytes);
    return new SequenceStep.Call(command.number(), bytes);
  }

  /** The numbers, encoded, of the devices that a list holds. */
  static long[] listed(byte[] answer) {
    try {
      DmBuffer buffer = DmBuffer.wrap(direct(answer));
      return NamesPayload.read(buffer, true).stream()
          .map(ListedDevice::number)
          .mapToLong(number -> number.encoded())
          .toArray();
    } catch (MalformedBufferException e) {
      throw new IllegalStateException("a list of devices that cannot be read", e);
    }
  }

  /** A copy in memory as a driver wants it. */
  static ByteBuffer direct(byte[] bytes) {
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    direct.put(0, bytes);
    return direct;
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }
}
