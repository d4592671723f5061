package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.buffer.ManglingException;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** The row of a mapped device: everything but statistics. */
public final class DeviceRow implements Row {
  private final ReportedDevice device;
  private final Consumer<String> messages;
  private List<DeviceNumber> uses;
  private SplitName splitName;

  /**
   * @param messages receives the reason when a value cannot be found
   */
  public DeviceRow(ReportedDevice device, Consumer<String> messages) {
    this.device = device;
    this.messages = messages;
  }

  @Override
  public boolean holds(FieldGroup group) {
    return group != FieldGroup.STATS && group != FieldGroup.REGION;
  }

  @Override
  public Value value(Field field) throws ReportException {
    switch (field.group()) {
      case NAME:
        return name(field);
      case INFO:
        return info(field, device.info());
      case DEPS:
        return deps(field);
      case TREE:
        return device.tree().value(number(), field);
      case SPLITNAME:
        return component(field);
      default:
        throw new IllegalArgumentException(field.id() + " is not about a device");
    }
  }

  private Value name(Field field) throws ReportException {
    switch (field) {
      case NAME:
        return Value.text(device.name());
      case MANGLED_NAME:
        return mangled(device.name(), Mangling.Subject.NAME);
      case UNMANGLED_NAME:
        return Value.text(unmangled(device.name()));
      case UUID:
        return Value.text(device.uuid());
      case MANGLED_UUID:
        return mangled(device.uuid(), Mangling.Subject.UUID);
      case UNMANGLED_UUID:
        return Value.text(unmangled(device.uuid()));
      case READ_AHEAD:
        return Value.number(device.readAhead().orElse(Sectors.ZERO).count());
      default:
        throw new IllegalArgumentException(field.id() + " is not about names");
    }
  }

  private Value mangled(String shown, Mangling.Subject subject) throws ReportException {
    try {
      return Value.text(device.mangling().mangleForDisplay(shown, subject));
    } catch (ManglingException e) {
      e.lines().forEach(messages);
      throw new ReportException(e.getMessage());
    }
  }

  private String unmangled(String shown) {
    return device.mangling() == Mangling.NONE ? Mangling.decode(shown) : shown;
  }

  private Value info(Field field, DeviceInfo info) throws ReportException {
    switch (field) {
      case BLKDEVNAME:
        return Value.text(blockName(number()));
      case ATTR:
        return Value.text(attributes(info));
      case TABLES_LOADED:
        return Value.text(tables(info));
      case SUSPENDED:
        return Value.text(info.suspended() ? "Suspended" : "Active");
      case READONLY:
        return Value.text(info.readOnly() ? "Read-only" : "Writeable");
      case DEVNO:
        return Value.text(number().toString());
      case MAJOR:
        return Value.number(info.major());
      case MINOR:
        return Value.number(info.minor());
      case OPEN:
        return signed(info.openCount());
      case SEGMENTS:
        return signed(info.targetCount());
      case EVENTS:
        return Value.number(Integer.toUnsignedLong(info.eventNr()));
      default:
        throw new IllegalArgumentException(field.id() + " is not about state");
    }
  }

  private static String attributes(DeviceInfo info) {
    return (info.liveTable() ? "L" : "-")
        + (info.inactiveTable() ? "I" : "-")
        + (info.suspended() ? "s" : "-")
        + (info.readOnly() ? "r" : "w");
  }

  private static String tables(DeviceInfo info) {
    if (info.liveTable()) {
      return info.inactiveTable() ? "Both" : "Live";
    }
    return info.inactiveTable() ? "Inactive" : "None";
  }

  private static Value signed(int number) {
    return Value.number(Integer.toString(number), number);
  }

  private Value deps(Field field) throws ReportException {
    if (uses == null) {
      uses = device.uses();
    }
    List<String> shown = new ArrayList<>();
    switch (field) {
      case DEVICE_COUNT:
        return Value.number(uses.size());
      case DEVNOS_USED:
        for (DeviceNumber used : uses) {
          shown.add(used.toString());
        }
        return Value.text(String.join(",", shown));
      case BLKDEVS_USED:
        for (DeviceNumber used : uses) {
          shown.add(blockName(used));
        }
        return Value.text(String.join(",", shown));
      default:
        throw new IllegalArgumentException(field.id() + " is not about dependencies");
    }
  }

  private Value component(Field field) {
    String subsystem = SplitName.subsystemOf(device.uuid());
    if (field == Field.SUBSYSTEM) {
      return Value.text(subsystem);
    }
    if (splitName == null) {
      splitName = SplitName.of(subsystem, device.name());
    }
    return splitName.value(field);
  }

  private String blockName(DeviceNumber number) throws ReportException {
    String name = device.blockName(number);
    if (name == null) {
      String message = "Could not resolve block device name for " + number + ".";
      messages.accept(message);
      throw new ReportException(message);
    }
    return name;
  }

  private DeviceNumber number() {
    return new DeviceNumber(device.info().major(), device.info().minor());
  }
}
