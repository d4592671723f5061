package org.jdmsetup.ioctl.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The files below loop devices, as far as the kernel tells without a device being opened. The
 * engine's devices are loop devices on files of its FUSE mount. A loop device that is detached from
 * its file does not go away: the next program that asks for a free loop device gets it.
 */
public final class LoopBacking {
  /** The block major of loop devices (the kernel's {@code devices.txt}). */
  public static final int MAJOR = 7;

  private static final Path DEVICES = Path.of("/sys/dev/block");

  private LoopBacking() {}

  /** Whether anything is known of loop devices, which takes sysfs. */
  static boolean isKnown() {
    return Files.isDirectory(DEVICES);
  }

  /**
   * The path of the file below a loop device, in byte text; null when nothing is bound to it.
   *
   * @param sysfs the device's directory there
   */
  public static String of(Path sysfs) {
    try {
      String text =
          Files.readString(sysfs.resolve("loop/backing_file"), StandardCharsets.ISO_8859_1);
      return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException e) {
      return null;
    }
  }

  /** As {@link #of(Path)}, for the device with a number. */
  static String of(DeviceNumber loop) {
    return of(DEVICES.resolve(loop.toString()));
  }

  /** Whether a number is that of a partition of a loop device. */
  static boolean isPartition(DeviceNumber number) {
    return Files.exists(DEVICES.resolve(number.toString()).resolve("partition"));
  }

  /** Whether a node with this number leads to a device that can be used. */
  public static boolean isAlive(DeviceNumber number) {
    return number.major() == MAJOR
        ? of(number) != null || isPartition(number)
        : Files.exists(DEVICES.resolve(number.toString()));
  }
}
