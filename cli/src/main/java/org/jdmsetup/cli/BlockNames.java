package org.jdmsetup.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.DeviceNumber;

/** What sysfs calls a block device. */
final class BlockNames {
  private static final Path BY_NUMBER = Path.of("/sys/dev/block");

  private BlockNames() {}

  /** The device in this style; its number when sysfs does not know it. */
  static String of(DeviceNumber device, NameStyle style) {
    String number = device.toString();
    if (style == NameStyle.DEVNO) {
      return number;
    }
    Path entry = BY_NUMBER.resolve(number);
    if (style == NameStyle.DEVNAME) {
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
  static String ofKernel(DeviceNumber device) {
    try {
      Path target = Files.readSymbolicLink(BY_NUMBER.resolve(device.toString()));
      return ByteText.ofUnicode(target.getFileName().toString());
    } catch (IOException e) {
      return null;
    }
  }
}
