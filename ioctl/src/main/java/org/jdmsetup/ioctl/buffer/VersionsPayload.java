package org.jdmsetup.ioctl.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Target types and their versions, as LIST_VERSIONS and GET_TARGET_VERSION return them: a chain of
 * {@code struct dm_target_versions}, each the distance to the next (4 bytes, 0 in the last), three
 * version numbers (4 each) and the NUL-terminated name, padded to 8.
 */
public final class VersionsPayload {
  private static final int VERSION = 4;
  private static final int NAME = 16;

  private VersionsPayload() {}

  public static List<TargetVersion> read(DmBuffer buffer) throws MalformedBufferException {
    List<TargetVersion> versions = new ArrayList<>();
    ByteBuffer bytes = buffer.bytes();
    long at = buffer.start();
    while (true) {
      int record = buffer.within(at, NAME, "record " + versions.size() + " of the target list");
      String name = buffer.string(record + NAME, "name " + versions.size() + " of the target list");
      versions.add(
          new TargetVersion(
              name,
              bytes.getInt(record + VERSION),
              bytes.getInt(record + VERSION + 4),
              bytes.getInt(record + VERSION + 8)));
      long next = Integer.toUnsignedLong(bytes.getInt(record));
      if (next == 0) {
        return versions;
      }
      if (next < NAME + name.length() + 1) {
        throw new MalformedBufferException(
            "next " + next + " of record " + (versions.size() - 1) + " points back into it");
      }
      at = record + next;
    }
  }

  /**
   * Puts target types into a reply.
   *
   * @param versions one or more
   * @return false if the buffer is too small: BUFFER_FULL is set then
   */
  public static boolean write(DmBuffer buffer, Collection<TargetVersion> versions) {
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("the format has no empty list");
    }
    long needed = 0;
    for (TargetVersion version : versions) {
      needed +=
          NAME
              + version.name().length()
              + 1
              + 7; // as the kernel counts: 7 for padding, needed or not
    }
    if (needed > buffer.beginPayload()) {
      return buffer.markFull();
    }
    ByteBuffer bytes = buffer.bytes();
    int at = DmBuffer.HEADER_SIZE;
    int previous = -1;
    for (TargetVersion version : versions) {
      bytes.putInt(at, 0);
      bytes.putInt(at + VERSION, version.major());
      bytes.putInt(at + VERSION + 4, version.minor());
      bytes.putInt(at + VERSION + 8, version.patch());
      buffer.putString(at + NAME, version.name());
      if (previous >= 0) {
        bytes.putInt(previous, at - previous);
      }
      previous = at;
      at = DmBuffer.align8(at + NAME + version.name().length() + 1);
    }
    buffer.dataSize((int) (DmBuffer.HEADER_SIZE + needed));
    return true;
  }
}
