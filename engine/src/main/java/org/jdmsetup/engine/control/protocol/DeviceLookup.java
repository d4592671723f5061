package org.jdmsetup.engine.control.protocol;

import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.device.DeviceStatus;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.control.device.MappedDevice;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.driver.EngineWire;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** Finds the device that a request means, and writes the status block that most replies have. */
final class DeviceLookup {
  private final Engine engine;

  DeviceLookup(Engine engine) {
    this.engine = engine;
  }

  /**
   * The device by the one key that the header has: uuid, name or number. Fills the header's name
   * and uuid in.
   */
  MappedDevice find(DmBuffer buffer) throws Refusal {
    String uuid = buffer.uuid();
    String name = buffer.name();
    long dev = buffer.dev();
    MappedDevice device;
    if (!uuid.isEmpty()) {
      refuseSecond(!name.isEmpty() || dev != 0, "a uuid and a name or a number");
      device = engine.devices().withUuid(uuid);
    } else if (!name.isEmpty()) {
      refuseSecond(dev != 0, "a name and a number");
      device = engine.devices().named(name);
    } else if (dev != 0) {
      device = engine.devices().numbered(DeviceNumber.ofEncoded(dev));
    } else {
      throw new Refusal(Errno.ENXIO, "the request has neither name, uuid nor device number");
    }
    if (device == null) {
      throw new Refusal(Errno.ENXIO, EngineWire.noSuchDevice(buffer));
    }
    buffer.device(device.name(), device.uuid());
    buffer.setFlag(DmFlag.INACTIVE_PRESENT, device.status(false).hasInactive());
    return device;
  }

  private static void refuseSecond(boolean second, String what) throws Refusal {
    if (second) {
      throw new Refusal(Errno.ENXIO, "the request has " + what + ": expected one of them");
    }
  }

  /** The status block of a reply. */
  void status(DmBuffer buffer, MappedDevice device) {
    int openCount = engine.exposed.openCount(device);
    DeviceStatus status = device.status(buffer.hasFlag(DmFlag.QUERY_INACTIVE_TABLE));
    buffer.setFlag(DmFlag.SUSPEND, status.suspended());
    buffer.setFlag(DmFlag.INTERNAL_SUSPEND, false);
    if (status.deferredRemove()) {
      buffer.setFlag(DmFlag.DEFERRED_REMOVE, true);
    }
    buffer.setFlag(DmFlag.ACTIVE_PRESENT, status.hasLive());
    buffer.setFlag(DmFlag.READONLY, status.readOnly());
    buffer.targetCount(status.targets());
    buffer.dev(status.number().encoded());
    buffer.openCount(openCount);
    buffer.eventNr(status.eventNumber());
  }

  /**
   * The table that a request asks about, which the caller has to {@link Table#release}, or null.
   */
  static Table retainShown(DmBuffer buffer, MappedDevice device) {
    return device.retainTable(buffer.hasFlag(DmFlag.QUERY_INACTIVE_TABLE));
  }
}
