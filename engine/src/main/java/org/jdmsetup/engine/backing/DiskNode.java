package org.jdmsetup.engine.backing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** The node of a disk that is known by its number only. */
final class DiskNode {

  private DiskNode() {}

  /**
   * Finds the node that is surely of this number.
   *
   * @throws DeviceOpenException when there is no such device, or no node of it in its place
   */
  static PinnedFile find(DeviceNumber number) throws DeviceOpenException {
    String path = path(number);
    PinnedFile found = PinnedFile.at(ByteText.bytes(path + '\0'));
    if (found == null) {
      int errno = NativeIo.errno();
      throw new DeviceOpenException(
          errno, ByteText.unicode(path) + " (" + number + "): " + Errno.text(errno));
    }
    if (!found.facts().isBlockDevice(number)) {
      found.close();
      throw new DeviceOpenException(
          Errno.ENXIO,
          ByteText.unicode(path) + " should be the node of " + number + ", but is not");
    }
    return found;
  }

  /** Where the kernel would put the node of a device, in byte text. */
  static String path(DeviceNumber number) throws DeviceOpenException {
    Path facts = SysfsDisk.directory(number).resolve("uevent");
    try {
      for (String line : Files.readAllLines(facts, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("DEVNAME=")) {
          return "/dev/" + line.substring("DEVNAME=".length());
        }
      }
    } catch (IOException e) {
      throw new DeviceOpenException(
          Errno.ENXIO, number + ": there is no block device with this number");
    }
    throw new DeviceOpenException(Errno.ENXIO, number + ": " + facts + " names no device node");
  }
}
