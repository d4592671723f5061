package org.jdmsetup.engine.backing;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;

/**
 * What a regular file is known by: its inode number, and facts that make that number unique (the
 * file system, generation, time of birth). The file system's device number is not used, because it
 * changes with each boot.
 */
final class FileIdentity {
  // include/uapi/linux/magic.h
  private static final long EXT = 0xEF53;
  private static final long BTRFS = 0x9123683EL;

  /** FAT, exFAT, FUSE, CIFS and SMB: an inode's number may be another one next time. */
  private static final Set<Long> WITHOUT_STABLE_INODES =
      Set.of(0x4d44L, 0x2011BAB0L, 0x65735546L, 0xFF534D42L, 0xFE534D42L);

  private FileIdentity() {}

  /** Of an open file. */
  static Identity of(int descriptor) {
    Map<Fact, String> facts = new EnumMap<>(Fact.class);
    facts.put(Fact.BOOT, Boot.ID);
    add(descriptor, facts);
    return new Identity(facts);
  }

  /** Adds the facts of an open file. */
  static void add(int descriptor, Map<Fact, String> facts) {
    FileFacts file = FileFacts.of(descriptor);
    if (file == null) {
      return;
    }
    AlignedBuffer buffer = new AlignedBuffer(256);
    ByteBuffer bytes = buffer.bytes();
    long type = 0;
    if (NativeIo.C.fstatfs(descriptor, buffer.address()) == 0) {
      type = bytes.getLong(0) & 0xffff_ffffL;
      // these derive it from the file system's UUID; other file systems number their mounts
      if (type == EXT || type == BTRFS) {
        facts.put(
            Fact.FILE_SYSTEM_ID, String.format("%08x%08x", bytes.getInt(56), bytes.getInt(60)));
      }
    }
    if (!WITHOUT_STABLE_INODES.contains(type)) {
      facts.put(Fact.INODE, Long.toUnsignedString(file.inode()));
    }
    if (file.bornSeconds() != 0) {
      facts.put(Fact.BORN, String.format("%d.%09d", file.bornSeconds(), file.bornNanos()));
    }
    if (buffer.ioctl(descriptor, Linux.FS_IOC_GETVERSION) == 0) {
      facts.put(Fact.GENERATION, Integer.toUnsignedString(bytes.getInt(0)));
    }
    if (buffer.ioctl(descriptor, Linux.FS_IOC_GETFSUUID) == 0) {
      byte[] uuid = new byte[bytes.get(0) & 0xff];
      bytes.get(1, uuid);
      String hex = HexFormat.of().formatHex(uuid);
      facts.put(Fact.FILE_SYSTEM, hex.matches("0*") ? "" : hex); // zeroes: it has none
    }
  }
}
