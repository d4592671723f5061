package org.jdmsetup.engine.backing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What sysfs shows of a block device ({@code Documentation/ABI/stable/sysfs-block}): its own
 * directory, and that of its disk, which is another one for a partition. A file that cannot be read
 * is as one that is not there.
 */
final class SysfsDisk {
  private static final Path BY_NUMBER = Path.of("/sys/dev/block");

  private final Path device;
  private final Path disk;

  SysfsDisk(DeviceNumber number) {
    device = real(directory(number));
    disk = Files.exists(device.resolve("partition")) ? device.getParent() : device;
  }

  private static Path real(Path link) {
    try {
      return link.toRealPath();
    } catch (IOException gone) {
      return link; // then nothing below it can be read either
    }
  }

  /** The path by which a device is found in sysfs; a link. */
  static Path directory(DeviceNumber number) {
    return BY_NUMBER.resolve(number.toString());
  }

  /** The block devices of the system; none when sysfs is not mounted. */
  static List<DeviceNumber> all() {
    List<DeviceNumber> numbers = new ArrayList<>();
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(BY_NUMBER)) {
      for (Path device : devices) {
        numbers.add(DeviceNumber.parse(device.getFileName().toString()));
      }
    } catch (IOException e) {
      // nothing can be found there
    }
    return numbers;
  }

  /** Whether there is such a device, as far as sysfs is mounted. */
  boolean exists() {
    return Files.exists(device);
  }

  boolean isPartition() {
    return !disk.equals(device);
  }

  /** The device's own directory, with no link in its path. */
  Path device() {
    return device;
  }

  /** The directory of its disk, which is its own unless it is a partition. */
  Path disk() {
    return disk;
  }

  /** What the first of some files of the disk holds that holds anything, in byte text; or "". */
  String diskText(String... files) {
    for (String file : files) {
      String text = text(disk, file);
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  /** What a file of the device itself holds, in byte text; or "". */
  String deviceText(String file) {
    return text(device, file);
  }

  /** The number that a file of the disk holds, or another one where there is none. */
  long diskNumber(String file, long otherwise) {
    return number(diskText(file), otherwise);
  }

  /** The number that a file of the device itself holds, or another one where there is none. */
  long deviceNumber(String file, long otherwise) {
    return number(deviceText(file), otherwise);
  }

  private static String text(Path directory, String file) {
    try {
      String text = Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1);
      return text.strip().replace('\n', ' ');
    } catch (IOException none) {
      return ""; // this kind of disk has no such file
    }
  }

  private static long number(String text, long otherwise) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException unknown) {
      return otherwise;
    }
  }
}
