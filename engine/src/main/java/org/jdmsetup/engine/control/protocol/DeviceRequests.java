package org.jdmsetup.engine.control.protocol;

import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.control.device.MappedDevice;
import org.jdmsetup.engine.control.device.SuspendOptions;
import org.jdmsetup.engine.control.journal.Geometry;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** The requests that make, change and end devices as a whole. */
final class DeviceRequests {
  private final Engine engine;
  private final DeviceLookup lookup;

  DeviceRequests(Engine engine, DeviceLookup lookup) {
    this.engine = engine;
    this.lookup = lookup;
  }

  void create(DmBuffer buffer, ControlClient client) throws Refusal {
    String name = buffer.name();
    checkName(name);
    int minor = -1;
    if (buffer.hasFlag(DmFlag.PERSISTENT_DEV)) {
      minor = DeviceNumber.ofEncoded(buffer.dev()).minor();
    }
    MappedDevice device = engine.create(name, buffer.uuid(), minor, client.nodeDirectory());
    buffer.beginReply();
    buffer.setFlag(DmFlag.INACTIVE_PRESENT, false);
    lookup.status(buffer, device);
  }

  private static void checkName(String name) throws Refusal {
    if (name.indexOf('/') >= 0) {
      throw new Refusal(
          Errno.EINVAL, "invalid device name: '" + ByteText.unicode(name) + "' contains '/'");
    }
    if (name.equals("control") || name.equals(".") || name.equals("..")) {
      throw new Refusal(
          Errno.EINVAL,
          "device name cannot be \"control\", \".\", or \"..\": found '" + name + "'");
    }
  }

  void remove(DmBuffer buffer) throws Refusal {
    MappedDevice device = lookup.find(buffer);
    boolean deferred = buffer.hasFlag(DmFlag.DEFERRED_REMOVE);
    boolean gone = engine.removal.remove(device, deferred);
    buffer.beginReply();
    buffer.setFlag(DmFlag.DEFERRED_REMOVE, !gone);
  }

  void rename(DmBuffer buffer) throws Refusal, MalformedBufferException {
    boolean changeUuid = buffer.hasFlag(DmFlag.UUID);
    String value = TextPayload.read(buffer);
    int limit = changeUuid ? DmBuffer.UUID_LIMIT : DmBuffer.NAME_LIMIT;
    if (value.isEmpty() || value.length() > limit) {
      throw new Refusal(
          Errno.EINVAL,
          "Invalid new mapped device name or uuid string supplied.: "
              + value.length()
              + " bytes, expected 1 to "
              + limit);
    }
    if (!changeUuid) {
      checkName(value);
    }
    String name = buffer.name();
    if (changeUuid) {
      engine.devices().checkFree("", value);
    } else {
      engine.devices().checkFree(value, "");
    }
    MappedDevice device = engine.devices().named(name);
    if (device == null) {
      throw new Refusal(
          Errno.ENXIO, "Unable to rename non-existent device, " + ByteText.unicode(name));
    }
    if (changeUuid && !device.uuid().isEmpty()) {
      throw new Refusal(
          Errno.EINVAL,
          "Unable to change uuid of mapped device "
              + ByteText.unicode(name)
              + " because uuid is already set to "
              + ByteText.unicode(device.uuid()));
    }
    engine.rename(device, value, changeUuid);
    buffer.beginReply();
    lookup.status(buffer, device); // under the names that the request has
  }

  /** Suspend, or without the flag resume. */
  void suspendOrResume(DmBuffer buffer, ControlClient client) throws Refusal {
    MappedDevice device = lookup.find(buffer);
    SuspendOptions options = SuspendOptions.of(buffer);
    if (buffer.hasFlag(DmFlag.SUSPEND)) {
      engine.suspendResume.suspend(device, options, client);
    } else {
      engine.suspendResume.resume(device, options, client);
      buffer.setFlag(DmFlag.INACTIVE_PRESENT, false);
    }
    buffer.beginReply();
    lookup.status(buffer, device);
  }

  void status(DmBuffer buffer) throws Refusal {
    MappedDevice device = lookup.find(buffer);
    buffer.beginReply();
    lookup.status(buffer, device);
  }

  void setGeometry(DmBuffer buffer) throws Refusal, MalformedBufferException {
    MappedDevice device = lookup.find(buffer);
    Geometry geometry = Geometry.parse(TextPayload.read(buffer));
    engine.setGeometry(device, geometry);
    buffer.dataSize(0); // nothing goes back
  }
}
