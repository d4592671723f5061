package org.jdmsetup.engine.control.device;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * All devices by name, uuid and number. Safe to use from any thread; a device found here may be
 * removed the next moment.
 */
public final class Devices {
  private final RankedLock lock = new RankedLock(LockRank.DEVICES);

  /** In byte order, as lists show them. */
  private final TreeMap<String, MappedDevice> byName = new TreeMap<>();

  private final Map<String, MappedDevice> byUuid = new HashMap<>();
  private final Map<DeviceNumber, MappedDevice> byNumber = new HashMap<>();

  /** The device with this name (byte text), or null. */
  public MappedDevice named(String name) {
    lock.lock();
    try {
      return byName.get(name);
    } finally {
      lock.unlock();
    }
  }

  public MappedDevice withUuid(String uuid) {
    lock.lock();
    try {
      return byUuid.get(uuid);
    } finally {
      lock.unlock();
    }
  }

  /** The device with this number, or null. */
  public MappedDevice numbered(DeviceNumber number) {
    lock.lock();
    try {
      return byNumber.get(number);
    } finally {
      lock.unlock();
    }
  }

  /** All devices in the order of their names. */
  public List<MappedDevice> all() {
    lock.lock();
    try {
      return new ArrayList<>(byName.values());
    } finally {
      lock.unlock();
    }
  }

  public boolean isEmpty() {
    lock.lock();
    try {
      return byName.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Refuses a name or uuid that another device has. */
  public void checkFree(String name, String uuid) throws Refusal {
    lock.lock();
    try {
      checkFree(byName, name, "name");
      if (!uuid.isEmpty()) {
        checkFree(byUuid, uuid, "uuid");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Adds a device that has its number. */
  void add(MappedDevice device) throws Refusal {
    lock.lock();
    try {
      checkFree(device.name(), device.uuid());
      byName.put(device.name(), device);
      byNumber.put(device.number(), device);
      if (!device.uuid().isEmpty()) {
        byUuid.put(device.uuid(), device);
      }
    } finally {
      lock.unlock();
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

  void rename(MappedDevice device, String name) throws Refusal {
    lock.lock();
    try {
      checkFree(byName, name, "name");
      byName.remove(device.name());
      device.rename(name);
      byName.put(name, device);
    } finally {
      lock.unlock();
    }
  }

  void renumber(MappedDevice device, DeviceNumber number) {
    lock.lock();
    try {
      byNumber.remove(device.number(), device);
      device.number(number);
      byNumber.put(number, device);
    } finally {
      lock.unlock();
    }
  }

  void setUuid(MappedDevice device, String uuid) throws Refusal {
    lock.lock();
    try {
      checkFree(byUuid, uuid, "uuid");
      device.uuid(uuid);
      byUuid.put(uuid, device);
    } finally {
      lock.unlock();
    }
  }

  /** Undoes {@link #setUuid}. */
  void clearUuid(MappedDevice device) {
    lock.lock();
    try {
      byUuid.remove(device.uuid(), device);
      device.uuid("");
    } finally {
      lock.unlock();
    }
  }

  void remove(MappedDevice device) {
    lock.lock();
    try {
      byName.remove(device.name(), device);
      byUuid.remove(device.uuid(), device);
      byNumber.remove(device.number(), device);
    } finally {
      lock.unlock();
    }
  }
}
