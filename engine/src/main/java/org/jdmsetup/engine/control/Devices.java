package org.jdmsetup.engine.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * All devices by name, uuid and number. Safe to use from any thread; a device found here may be
 * removed the next moment.
 */
public final class Devices {
  /** In byte order, as lists show them. */
  private final TreeMap<String, MappedDevice> byName = new TreeMap<>();

  private final Map<String, MappedDevice> byUuid = new HashMap<>();
  private final Map<DeviceNumber, MappedDevice> byNumber = new HashMap<>();

  /** The device with this name (byte text), or null. */
  public synchronized MappedDevice named(String name) {
    return byName.get(name);
  }

  synchronized MappedDevice withUuid(String uuid) {
    return byUuid.get(uuid);
  }

  /** The device with this number, or null. */
  public synchronized MappedDevice numbered(DeviceNumber number) {
    return byNumber.get(number);
  }

  /** All devices in the order of their names. */
  public synchronized List<MappedDevice> all() {
    return new ArrayList<>(byName.values());
  }

  public synchronized boolean isEmpty() {
    return byName.isEmpty();
  }

  /** Refuses a name or uuid that another device has. */
  synchronized void checkFree(String name, String uuid) throws Refusal {
    checkFree(byName, name, "name");
    if (!uuid.isEmpty()) {
      checkFree(byUuid, uuid, "uuid");
    }
  }

  /** Adds a device that has its number. */
  synchronized void add(MappedDevice device) throws Refusal {
    checkFree(device.name(), device.uuid());
    byName.put(device.name(), device);
    byNumber.put(device.number(), device);
    if (!device.uuid().isEmpty()) {
      byUuid.put(device.uuid(), device);
    }
  }

  private static void checkFree(Map<String, MappedDevice> used, String word, String what)
      throws Refusal {
    MappedDevice holder = used.get(word);
    if (holder != null) {
      throw new Refusal(
          Errno.EBUSY,
          what + ' ' + ByteText.unicode(word) + " is in use already, by device " + holder.number());
    }
  }

  synchronized void rename(MappedDevice device, String name) throws Refusal {
    checkFree(byName, name, "name");
    byName.remove(device.name());
    device.rename(name);
    byName.put(name, device);
  }

  synchronized void renumber(MappedDevice device, DeviceNumber number) {
    byNumber.remove(device.number(), device);
    device.number(number);
    byNumber.put(number, device);
  }

  synchronized void setUuid(MappedDevice device, String uuid) throws Refusal {
    checkFree(byUuid, uuid, "uuid");
    device.uuid(uuid);
    byUuid.put(uuid, device);
  }

  /** Undoes {@link #setUuid}. */
  synchronized void clearUuid(MappedDevice device) {
    byUuid.remove(device.uuid(), device);
    device.uuid("");
  }

  synchronized void remove(MappedDevice device) {
    byName.remove(device.name(), device);
    byUuid.remove(device.uuid(), device);
    byNumber.remove(device.number(), device);
  }
}
