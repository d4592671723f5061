package org.jdmsetup.ioctl.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What loop devices stand on, as far as the kernel tells without one being opened. The engine's
 * devices are loop devices on files of its FUSE mount; a loop device that has lost its file stays,
 * and is the next program's that asks for one.
 */
public final class LoopBacking {
  /** The block major of loop devices (the kernel's {@code devices.txt}). */
  public static final int MAJOR = 7;

  private static final Path DEVICES = Path.of("/sys/dev/block");

  private LoopBacking() {}

  /** Whether sysfs is there; without it nothing is known of any device. */
  static boolean isTold() {
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

  /** As {@link #of(Path)}. */
  static String of(DeviceNumber loop) {
    return of(DEVICES.resolve(loop.toString()));
  }

  /** Whether a number is that of a partition of a loop device. */
  static boolean isPartition(DeviceNumber number) {
    return Files.exists(DEVICES.resolve(number.toString()).resolve("partition"));
  }

  /** Whether something can be behind the node of a number. */
  public static boolean isAlive(DeviceNumber number) {
    return number.major() == MAJOR
        ? of(number) != null || isPartition(number)
        : Files.exists(DEVICES.resolve(number.toString()));
  }
}
