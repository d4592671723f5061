package org.jdmsetup.ioctl.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The devices that a table refers to, as TABLE_DEPS returns them: {@code struct dm_target_deps}, a
 * count (4 bytes), padding (4), and the device numbers (8 each). A device without a table has no
 * payload.
 */
public final class DepsPayload {
  private static final int DEVICES = 8;

  private DepsPayload() {}

  public static List<DeviceNumber> read(DmBuffer buffer) throws MalformedBufferException {
    int start = buffer.start();
    int room = buffer.end() - start;
    if (room < DEVICES) {
      return List.of();
    }
    long count = Integer.toUnsignedLong(buffer.bytes().getInt(start));
    if (count > (room - DEVICES) / Long.BYTES) {
      throw new MalformedBufferException(
          "dependency count " + count + " does not fit into " + room + " bytes of data");
    }
    List<DeviceNumber> devices = new ArrayList<>((int) count);
    for (int i = 0; i < count; i++) {
      devices.add(DeviceNumber.ofEncoded(buffer.bytes().getLong(start + DEVICES + i * Long.BYTES)));
    }
    return devices;
  }

  /**
   * Puts dependencies into a reply.
   *
   * @return false if the buffer is too small: BUFFER_FULL is set then
   */
  public static boolean write(DmBuffer buffer, Collection<DeviceNumber> devices) {
    if (DEVICES + (long) devices.size() * Long.BYTES > buffer.beginPayload()) {
      return buffer.markFull();
    }
    ByteBuffer bytes = buffer.bytes();
    int at = DmBuffer.HEADER_SIZE;
    bytes.putInt(at, devices.size());
    at += DEVICES;
    for (DeviceNumber device : devices) {
      bytes.putLong(at, device.encoded());
      at += Long.BYTES;
    }
    buffer.dataSize(at);
    return true;
  }
}
