package org.jdmsetup.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Sectors;

/**
 * The file of a {@code loop} target.
 *
 * @param path absolute
 * @param offset in bytes, where the device begins in the file
 * @param length of the device
 * @param readOnly whether the file can be opened for reading alone
 */
record LoopFile(Path path, int offset, Sectors length, boolean readOnly) {

  /** Looks at a file; null if it cannot be opened, or has no size. */
  static LoopFile open(Path path, int offset) {
    boolean writable = opens(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (!writable && !opens(path, StandardOpenOption.READ)) {
      return null;
    }
    try {
      Sectors length = Sectors.ofBytes(Files.size(path) - offset);
      return new LoopFile(path, offset, length, !writable);
    } catch (IOException e) {
      return null;
    }
  }

  /** The table of a device that is the file. */
  String table() {
    return "0 "
        + length
        + " loop "
        + ByteText.ofUnicode(path.toString())
        + " "
        + Long.toUnsignedString(offset); // a negative offset is printed as C prints it, modulo 2^64
  }

  private static boolean opens(Path file, OpenOption... how) {
    try (FileChannel channel = FileChannel.open(file, how)) {
      return channel.isOpen();
    } catch (IOException e) {
      return false;
    }
  }
}
