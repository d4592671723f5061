package org.jdmsetup.ioctl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdmsetup.tables.ByteText;

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
    ByteBuffer bytes = buffer.bytes();
    int at = DmBuffer.HEADER_SIZE;
    int previous = -1;
    for (TargetVersion version : versions) {
      byte[] name = ByteText.bytes(version.name());
      int end = at + DmBuffer.align8(NAME + name.length + 1);
      if (end > buffer.capacity()) {
        return buffer.full();
      }
      for (int i = at; i < end; i++) {
        bytes.put(i, (byte) 0);
      }
      bytes.putInt(at + VERSION, version.major());
      bytes.putInt(at + VERSION + 4, version.minor());
      bytes.putInt(at + VERSION + 8, version.patch());
      bytes.put(at + NAME, name);
      if (previous >= 0) {
        bytes.putInt(previous, at - previous);
      }
      previous = at;
      at = end;
    }
    buffer.dataStart(DmBuffer.HEADER_SIZE);
    buffer.dataSize(at);
    return true;
  }
}
