package org.jdmsetup.cli;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.ioctl.buffer.DepsPayload;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.NamesPayload;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** A driver in memory: devices with tables, kept in a map, found by name or number. */
final class SmallDriver implements ControlDevice {
  static final int MAJOR = 254;

  private final Map<String, Device> devices = new LinkedHashMap<>();
  private int made;

  private static final class Device {
    int minor;
    String uuid = "";
    List<TargetSpec> live;
    List<TargetSpec> inactive;
    boolean suspended;
  }

  @Override
  public int call(DmCommand command, ByteBuffer bytes) {
    try {
      DmBuffer buffer = DmBuffer.wrap(bytes);
      Errno errno = answer(command, buffer);
      return errno == null ? 0 : errno.number();
    } catch (MalformedBufferException e) {
      return Errno.EINVAL.number();
    }
  }

  private Errno answer(DmCommand command, DmBuffer buffer) throws MalformedBufferException {
    switch (command) {
      case VERSION:
        buffer.beginReply();
        buffer.version(4, 47, 0);
        return null;
      case LIST_DEVICES:
        return list(buffer);
      case DEV_CREATE:
        return create(buffer);
      case REMOVE_ALL:
        devices.clear();
        buffer.beginReply();
        return null;
      default:
        break;
    }
    String name = name(buffer);
    Device device = devices.get(name);
    if (device == null) {
      return Errno.ENXIO;
    }
    boolean suspend = buffer.hasFlag(DmFlag.SUSPEND);
    boolean inactive = buffer.hasFlag(DmFlag.QUERY_INACTIVE_TABLE);
    switch (command) {
      case DEV_REMOVE:
        devices.remove(name);
        break;
      case DEV_RENAME:
        String wanted = TextPayload.read(buffer);
        if (devices.containsKey(wanted)) {
          return Errno.EBUSY;
        }
        devices.put(wanted, devices.remove(name));
        name = wanted;
        break;
      case TABLE_LOAD:
        device.inactive = TargetPayload.readLoad(buffer);
        if (device.inactive.get(0).type().equals("refused")) {
          return Errno.EINVAL;
        }
        break;
      case TABLE_CLEAR:
        device.inactive = null;
        break;
      case DEV_SUSPEND:
        device.suspended = suspend;
        if (!suspend && device.inactive != null) {
          device.live = device.inactive;
          device.inactive = null;
        }
        break;
      default:
        break;
    }
    describe(buffer, name, device);
    List<TargetSpec> table = inactive ? device.inactive : device.live;
    if (command == DmCommand.TABLE_STATUS) {
      TargetPayload.writeStatus(buffer, table == null ? List.of() : table);
    } else if (command == DmCommand.TABLE_DEPS) {
      DepsPayload.write(buffer, List.of(new DeviceNumber(7, 1), new DeviceNumber(7, 0)));
    }
    return null;
  }

  private Errno list(DmBuffer buffer) {
    List<ListedDevice> all = new ArrayList<>();
    devices.forEach(
        (name, device) ->
            all.add(new ListedDevice(name, new DeviceNumber(MAJOR, device.minor), 0, device.uuid)));
    buffer.beginReply();
    buffer.version(4, 47, 0);
    NamesPayload.write(buffer, all, buffer.hasFlag(DmFlag.UUID));
    return null;
  }

  private Errno create(DmBuffer buffer) {
    if (devices.containsKey(buffer.name())) {
      return Errno.EBUSY;
    }
    Device device = new Device();
    device.minor = made++;
    device.uuid = buffer.uuid();
    devices.put(buffer.name(), device);
    describe(buffer, buffer.name(), device);
    return null;
  }

  private String name(DmBuffer buffer) {
    if (!buffer.name().isEmpty()) {
      return buffer.name();
    }
    for (Map.Entry<String, Device> entry : devices.entrySet()) {
      boolean named = !buffer.uuid().isEmpty() && entry.getValue().uuid.equals(buffer.uuid());
      long number = new DeviceNumber(MAJOR, entry.getValue().minor).encoded();
      if (named || (buffer.uuid().isEmpty() && number == buffer.dev())) {
        return entry.getKey();
      }
    }
    return "";
  }

  private static void describe(DmBuffer buffer, String name, Device device) {
    buffer.beginReply();
    buffer.version(4, 47, 0);
    buffer.name(name);
    buffer.uuid(device.uuid);
    buffer.dev(new DeviceNumber(MAJOR, device.minor).encoded());
    buffer.openCount(0);
    buffer.eventNr(3);
    buffer.targetCount(device.live == null ? 0 : device.live.size());
    buffer.setFlag(DmFlag.SUSPEND, device.suspended);
    buffer.setFlag(DmFlag.ACTIVE_PRESENT, device.live != null);
    buffer.setFlag(DmFlag.INACTIVE_PRESENT, device.inactive != null);
  }

  @Override
  public String reason() {
    return "";
  }

  @Override
  public int major() {
    return MAJOR;
  }

  @Override
  public String description() {
    return "a driver of few words";
  }

  @Override
  public void close() {}
}
