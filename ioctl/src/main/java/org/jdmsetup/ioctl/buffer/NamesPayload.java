package org.jdmsetup.ioctl.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The devices that LIST_DEVICES returns: a chain of {@code struct dm_name_list}. A record is the
 * device number (8 bytes), the distance to the next record (4), the NUL-terminated name, and, from
 * driver 4.38 on, at the next multiple of 8 the event number (4), flags (4) and the UUID. An empty
 * list has no record; a reader finds device number 0 there.
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
    int room = buffer.beginPayload();
    int at = DmBuffer.HEADER_SIZE;
    int previous = -1;
    if (room < Long.BYTES || size(devices, withUuids) > room) {
      return buffer.markFull();
    }
    for (ListedDevice device : devices) {
      int more = at + DmBuffer.align8(NAME + device.name().length() + 1);
      bytes.putLong(at, device.number().encoded());
      bytes.putInt(at + NEXT, 0);
      buffer.putString(at + NAME, device.name());
      bytes.putInt(more, device.eventNr());
      if (previous >= 0) {
        bytes.putInt(previous + NEXT, at - previous);
      }
      previous = at;
      at = more + 8;
      int flags = 0;
      if (withUuids) {
        flags = hasUuid(device) ? HAS_UUID : HAS_NO_UUID;
      }
      bytes.putInt(more + 4, flags);
      if (flags == HAS_UUID) {
        buffer.putString(at, device.uuid());
        at = DmBuffer.align8(at + device.uuid().length() + 1);
      }
    }
    buffer.dataSize(at);
    return true;
  }

  private static boolean hasUuid(ListedDevice device) {
    return device.uuid() != null && !device.uuid().isEmpty();
  }

  private static long size(Collection<ListedDevice> devices, boolean withUuids) {
    long size = 0;
    for (ListedDevice device : devices) {
      size += DmBuffer.align8(NAME + device.name().length() + 1) + 8;
      if (withUuids && hasUuid(device)) {
        size += DmBuffer.align8(device.uuid().length() + 1);
      }
    }
    return size;
  }
}
