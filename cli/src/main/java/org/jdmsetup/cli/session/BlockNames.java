package org.jdmsetup.cli.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.cli.option.NameStyle;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** What a block device is called: by sysfs or, a device of the engine's, by the engine. */
public final class BlockNames {
  private static final Path BY_NUMBER = Path.of("/sys/dev/block");

  private BlockNames() {}

  /** The device in the style that the session wants; its number when nobody knows it. */
  public static String of(Session session, DeviceNumber device) throws DmException {
    NameStyle style = session.nameStyle();
    String number = device.toString();
    if (style == NameStyle.DEVNO) {
      return number;
    }
    Path entry = BY_NUMBER.resolve(number);
    if (style == NameStyle.DEVNAME && session.mapper().isEngine()) {
      for (ListedDevice mapped : session.task(TaskType.NAMES).run().devices()) {
        if (mapped.number().equals(device)) {
          return mapped.name();
        }
      }
    } else if (style == NameStyle.DEVNAME) {
      try {
        return ByteText.of(Files.readAllBytes(entry.resolve("dm").resolve("name"))).stripTrailing();
      } catch (IOException e) {
        // not a mapped device: its kernel name then
      }
    }
    String name = ofKernel(device);
    return name == null ? number : name;
  }

  /** What the kernel calls the device; null when sysfs does not know it. */
  public static String ofKernel(DeviceNumber device) {
    try {
      Path target = Files.readSymbolicLink(BY_NUMBER.resolve(device.toString()));
      return ByteText.ofUnicode(target.getFileName().toString());
    } catch (IOException e) {
      return null;
    }
  }
}
