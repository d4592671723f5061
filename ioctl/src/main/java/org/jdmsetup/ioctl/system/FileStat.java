package org.jdmsetup.ioctl.system;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What statx(2) tells of a path that is byte text.
 *
 * @param errno 0, or why nothing is known; the other components are 0 then
 * @param mode type and permissions
 * @param rdev encoded number of the device that a node stands for
 */
public record FileStat(int errno, int mode, long rdev) {
  private static final int SIZE = 256;
  private static final int MODE = 28;
  private static final int RDEV_MAJOR = 128;
  private static final int RDEV_MINOR = 132;

  /** What a path leads to, through symbolic links. */
  public static FileStat of(String path) {
    return of(path, 0);
  }

  /** What a path is, which may be a symbolic link. */
  public static FileStat ofLink(String path) {
    return of(path, Linux.AT_SYMLINK_NOFOLLOW);
  }

  /** What an open file is, whatever its path leads to by now. */
  public static FileStat ofOpen(int descriptor) {
    return of(descriptor, "", Linux.AT_EMPTY_PATH);
  }

  private static FileStat of(String path, int flags) {
    return of(Linux.AT_FDCWD, path, flags);
  }

  private static FileStat of(int directory, String path, int flags) {
    byte[] name = LibC.path(path);
    ByteBuffer result = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    int failed =
        LibC.get().statx(directory, name, flags, Linux.STATX_BASIC_STATS, LibC.address(result));
    if (failed < 0) {
      return new FileStat(LibC.errno(), 0, 0);
    }
    return new FileStat(
        0,
        Short.toUnsignedInt(result.getShort(MODE)),
        new DeviceNumber(result.getInt(RDEV_MAJOR), result.getInt(RDEV_MINOR)).encoded());
  }

  public boolean exists() {
    return errno == 0;
  }

  public boolean isDirectory() {
    return (mode & Linux.S_IFMT) == Linux.S_IFDIR;
  }

  public boolean isBlockDevice() {
    return (mode & Linux.S_IFMT) == Linux.S_IFBLK;
  }

  public boolean isCharacterDevice(DeviceNumber number) {
    return (mode & Linux.S_IFMT) == Linux.S_IFCHR && rdev == number.encoded();
  }
}
