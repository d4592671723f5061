package org.jdmsetup.engine.nativeio;

import java.nio.ByteBuffer;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What statx(2) tells of a file: its kind, size and device numbers.
 *
 * @param mode type and permission bits ({@code st_mode})
 * @param size in bytes; 0 for a block device
 * @param blockSize in which the file system likes to be used, in bytes
 * @param major of the device that a block or character special file stands for
 * @param minor of the device that a block or character special file stands for
 * @param inode number within its file system
 * @param fileSystem device number of the file system that holds it, both parts in one
 * @param directMemoryAlign what O_DIRECT asks of the address of the data, in bytes; 0 when the
 *     kernel does not say
 * @param directOffsetAlign what O_DIRECT asks of offset and length, in bytes; 0 when O_DIRECT is
 *     not possible or the kernel does not say
 * @param mountId of the mount through which it was reached; -1 when the kernel does not say
 * @param bornSeconds when the file was made, in seconds since 1970; 0 when that is not known
 * @param bornNanos and nanoseconds after that
 */
public record FileFacts(
    int mode,
    long size,
    int blockSize,
    int major,
    int minor,
    long inode,
    long fileSystem,
    int directMemoryAlign,
    int directOffsetAlign,
    long mountId,
    long bornSeconds,
    int bornNanos) {

  /** Facts of an open file, or null with {@link NativeIo#errno()} set. */
  public static FileFacts of(int fd) {
    return statx(fd, "", Linux.AT_EMPTY_PATH);
  }

  /** Facts of what a path leads to, or null with {@link NativeIo#errno()} set. */
  public static FileFacts of(String path) {
    return statx(Linux.AT_FDCWD, path, 0);
  }

  private static FileFacts statx(int directory, String path, int flags) {
    AlignedBuffer buffer = new AlignedBuffer(256);
    if (NativeIo.C.statx(
            directory,
            path,
            flags,
            Linux.STATX_BASIC_STATS | Linux.STATX_BTIME | Linux.STATX_MNT_ID | Linux.STATX_DIOALIGN,
            buffer.address())
        != 0) {
      return null;
    }
    ByteBuffer b = buffer.bytes();
    return new FileFacts(
        b.getShort(28) & 0xffff,
        b.getLong(40),
        b.getInt(4),
        b.getInt(128),
        b.getInt(132),
        b.getLong(32),
        ((long) b.getInt(136) << 32) | b.getInt(140),
        b.getInt(152),
        b.getInt(156),
        (b.getInt(0) & Linux.STATX_MNT_ID) != 0 ? b.getLong(144) : -1,
        (b.getInt(0) & Linux.STATX_BTIME) != 0 ? b.getLong(80) : 0,
        b.getInt(88));
  }

  /** Whether these are the facts of one file, and for a device special file of one device. */
  public boolean isSameFile(FileFacts other) {
    return inode == other.inode
        && fileSystem == other.fileSystem
        && (mode & Linux.S_IFMT) == (other.mode & Linux.S_IFMT)
        && isDevice(other.major, other.minor);
  }

  /** Whether a device special file stands for this device. */
  private boolean isDevice(int otherMajor, int otherMinor) {
    return major == otherMajor && minor == otherMinor;
  }

  /** Whether this is the node of a block device. */
  public boolean isBlockDevice(DeviceNumber number) {
    return isBlockDevice() && isDevice(number.major(), number.minor());
  }

  public boolean isBlockDevice() {
    return (mode & Linux.S_IFMT) == Linux.S_IFBLK;
  }

  public boolean isRegularFile() {
    return (mode & Linux.S_IFMT) == Linux.S_IFREG;
  }
}
