package org.jdmsetup.ioctl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.DeviceNumber;

/**
 * The devices that LIST_DEVICES returns: a chain of {@code struct dm_name_list}. A record is the
 * device number (8 bytes), the distance to the next record (4), the NUL-terminated name, and, from
 * driver 4.38 on, at the next multiple of 8 the event number (4), flags (4) and the UUID. An empty
 * list is one record with device number 0.
 */
public final class NamesPayload {
  private static final int NEXT = 8;
  private static final int NAME = 12;
  private static final int HAS_UUID = 1;
  private static final int HAS_NO_UUID = 2;

  private NamesPayload() {}

  /**
   * @param withEvents whether the driver is 4.38 or newer, so that records carry event numbers
   */
  public static List<ListedDevice> read(DmBuffer buffer, boolean withEvents)
      throws MalformedBufferException {
    List<ListedDevice> devices = new ArrayList<>();
    ByteBuffer bytes = buffer.bytes();
    long at = buffer.start();
    if (buffer.end() - at < Long.BYTES) {
      return devices; // the kernel does not count the record of an empty list
    }
    while (true) {
      int record = buffer.within(at, NAME, "record " + devices.size() + " of the device list");
      long dev = bytes.getLong(record);
      if (dev == 0 && devices.isEmpty()) {
        return devices;
      }
      String name = buffer.string(record + NAME, "name " + devices.size() + " of the device list");
      int eventNr = 0;
      String uuid = null;
      long last = record + NAME + name.length() + 1L;
      if (withEvents) {
        // Aligned within the record, whose own place in memory is a multiple of 8 in every driver.
        int more =
            buffer.within(
                record + DmBuffer.align8(NAME + name.length() + 1),
                8,
                "event number " + devices.size() + " of the device list");
        eventNr = bytes.getInt(more);
        int flags = bytes.getInt(more + 4);
        last = more + 8L;
        if ((flags & HAS_UUID) != 0) {
          uuid = buffer.string(more + 8, "uuid " + devices.size() + " of the device list");
          last += uuid.length() + 1L;
        } else if ((flags & HAS_NO_UUID) != 0) {
          uuid = "";
        }
      }
      devices.add(new ListedDevice(name, DeviceNumber.ofEncoded(dev), eventNr, uuid));
      long next = Integer.toUnsignedLong(bytes.getInt(record + NEXT));
      if (next == 0) {
        return devices;
      }
      if (record + next < last) {
        throw new MalformedBufferException(
            "next " + next + " of record " + (devices.size() - 1) + " points back into it");
      }
      at = record + next;
    }
  }

  /**
   * Puts the new form (driver 4.38) into a reply.
   *
   * @param withUuids whether the request had the UUID flag
   * @return false if the buffer is too small: BUFFER_FULL is set then
   */
  public static boolean write(
      DmBuffer buffer, Collection<ListedDevice> devices, boolean withUuids) {
    ByteBuffer bytes = buffer.bytes();
    int at = DmBuffer.HEADER_SIZE;
    int previous = -1;
    if (devices.isEmpty()) {
      if (at + 16 > buffer.capacity()) {
        return buffer.full();
      }
      bytes.putLong(at, 0).putLong(at + 8, 0);
      at += 16;
    }
    for (ListedDevice device : devices) {
      byte[] name = ByteText.bytes(device.name());
      byte[] uuid = ByteText.bytes(device.uuid() == null ? "" : device.uuid());
      boolean hasUuid = withUuids && uuid.length > 0;
      int more = at + DmBuffer.align8(NAME + name.length + 1);
      int end = DmBuffer.align8(more + 8 + (hasUuid ? uuid.length + 1 : 0));
      if (end > buffer.capacity()) {
        return buffer.full();
      }
      for (int i = at; i < end; i++) {
        bytes.put(i, (byte) 0);
      }
      bytes.putLong(at, device.number().encoded());
      bytes.put(at + NAME, name);
      bytes.putInt(more, device.eventNr());
      if (withUuids) {
        bytes.putInt(more + 4, hasUuid ? HAS_UUID : HAS_NO_UUID);
      }
      if (hasUuid) {
        bytes.put(more + 8, uuid);
      }
      if (previous >= 0) {
        bytes.putInt(previous + NEXT, at - previous);
      }
      previous = at;
      at = end;
    }
    buffer.dataStart(DmBuffer.HEADER_SIZE);
    buffer.dataSize(at);
    return true;
  }
}
