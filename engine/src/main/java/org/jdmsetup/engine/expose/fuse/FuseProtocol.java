package org.jdmsetup.engine.expose.fuse;

import org.jdmsetup.tables.Errno;

/**
 * The words and offsets of the FUSE kernel protocol, version 7.31, that the daemon speaks on {@code
 * /dev/fuse} and {@code /dev/cuse}: {@code include/uapi/linux/fuse.h}. All numbers in a message are
 * in the processor's byte order. An offset counts from the beginning of its structure.
 */
public final class FuseProtocol {

  public static final int MAJOR = 7;
  public static final int MINOR = 31;

  static final int LOOKUP = 1;
  static final int FORGET = 2;
  static final int GETATTR = 3;
  static final int SETATTR = 4;
  public static final int OPEN = 14;
  static final int READ = 15;
  static final int WRITE = 16;
  static final int STATFS = 17;
  public static final int RELEASE = 18;
  static final int FSYNC = 20;
  static final int FLUSH = 25;
  static final int INIT = 26;
  static final int OPENDIR = 27;
  static final int READDIR = 28;
  static final int RELEASEDIR = 29;
  static final int FSYNCDIR = 30;
  static final int ACCESS = 34;
  public static final int INTERRUPT = 36;
  static final int DESTROY = 38;
  public static final int IOCTL = 39;
  static final int BATCH_FORGET = 42;
  static final int FALLOCATE = 43;

  // struct fuse_in_header, before each request
  public static final int IN_HEADER = 40;
  static final int IN_LENGTH = 0;
  public static final int IN_OPCODE = 4;
  public static final int IN_UNIQUE = 8;
  static final int IN_NODE = 16;
  public static final int IN_UID = 24;

  /** The thread that asks. */
  public static final int IN_PID = 32;

  // struct fuse_out_header, before each reply
  public static final int OUT_HEADER = 16;
  static final int OUT_LENGTH = 0;
  static final int OUT_ERROR = 4;
  static final int OUT_UNIQUE = 8;

  // struct fuse_read_in
  static final int READ_OFFSET = 8;
  static final int READ_SIZE = 16;

  /** {@code struct fuse_write_in} follows the header; then comes the data. */
  static final int WRITE_IN = 40;

  static final int WRITE_OFFSET = 8;
  static final int WRITE_SIZE = 16;

  /** The flags of the open file, as of open(2). */
  static final int WRITE_FILE_FLAGS = 32;

  /** {@code struct fuse_write_out}: how much was written, padding. */
  static final int WRITE_OUT = 8;

  // struct fuse_fallocate_in
  static final int FALLOCATE_IN = 32;
  static final int FALLOCATE_HANDLE = 0;
  static final int FALLOCATE_OFFSET = 8;
  static final int FALLOCATE_LENGTH = 16;
  static final int FALLOCATE_MODE = 24;

  // struct fuse_attr
  static final int ATTR = 88;
  static final int ATTR_NODE = 0;
  static final int ATTR_SIZE = 8;
  static final int ATTR_SECTORS = 16;
  static final int ATTR_MODE = 60;
  static final int ATTR_LINKS = 64;
  static final int ATTR_BLOCK_SIZE = 80;

  // struct fuse_attr_out: how long it may be cached, struct fuse_attr
  static final int ATTR_OUT = 16 + ATTR;
  static final int ATTR_OUT_ATTR = 16;

  // struct fuse_entry_out: number of the node, how long it may be cached, struct fuse_attr
  static final int ENTRY_OUT = 40 + ATTR;
  static final int ENTRY_NODE = 0;
  static final int ENTRY_ATTR = 40;

  // struct fuse_setattr_in
  static final int SETATTR_IN = 88;
  static final int SETATTR_VALID = 0;
  static final int SETATTR_SIZE = 16;

  /** Of what is valid: mode, owner and group. */
  static final int FATTR_MODE_UID_GID = 7;

  static final int FATTR_SIZE = 1 << 3;

  // struct fuse_open_out: handle, flags, padding
  public static final int OPEN_OUT = 16;
  static final int OPEN_HANDLE = 0;
  static final int OPEN_FLAGS = 8;

  static final int FOPEN_DIRECT_IO = 1;
  static final int FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6;

  // struct fuse_ioctl_in: handle, flags, command, argument, sizes in and out
  public static final int IOCTL_IN = 32;
  public static final int IOCTL_COMMAND = 12;
  public static final int IOCTL_ARGUMENT = 16;
  public static final int IOCTL_OUT_SIZE = 28;

  /** {@code struct fuse_ioctl_out}: result, flags, number of areas in and out; then the data. */
  public static final int IOCTL_OUT = 16;

  // struct fuse_statfs_out
  static final int STATFS_OUT = 80;
  static final int STATFS_BLOCK_SIZE = 40;
  static final int STATFS_NAME_LENGTH = 44;
  static final int STATFS_FRAGMENT_SIZE = 48;

  /** {@code struct fuse_dirent}, which the name follows, to a multiple of 8 bytes. */
  static final int DIRENT = 24;

  static final int DIRENT_NODE = 0;
  static final int DIRENT_NEXT = 8;
  static final int DIRENT_NAME_LENGTH = 16;
  static final int DIRENT_TYPE = 20;
  static final int DT_REG = 8;

  // struct fuse_init_in, of which this much has always been there
  static final int INIT_IN = 16;
  static final int INIT_MAJOR = 0;
  static final int INIT_MINOR = 4;
  static final int INIT_MAX_READAHEAD = 8;
  static final int INIT_FLAGS = 12;

  // struct fuse_init_out, which begins as the other
  static final int INIT_OUT = 64;
  static final int INIT_MAX_BACKGROUND = 16;
  static final int INIT_CONGESTION_THRESHOLD = 18;
  static final int INIT_MAX_WRITE = 20;
  static final int INIT_TIME_GRANULARITY = 24;
  static final int INIT_PAGES = 28;

  static final int INIT_ASYNC_READ = 1;
  static final int INIT_BIG_WRITES = 1 << 5;
  static final int INIT_ASYNC_DIO = 1 << 15;
  static final int INIT_PARALLEL_DIROPS = 1 << 18;
  static final int INIT_MAX_PAGES = 1 << 22;

  static final int ROOT = 1;

  /** Most data in one READ or WRITE, in bytes. */
  static final int MAX_DATA = 1 << 20;

  static final int MAX_PAGES = MAX_DATA / 4096;

  /** ioctl on a {@code /dev/fuse} descriptor: join the connection of another one. */
  static final long DEV_IOC_CLONE = 0x8004E500L;

  private FuseProtocol() {}

  /**
   * Whether a read from {@code /dev/fuse} or {@code /dev/cuse} that failed just brought no request:
   * it was interrupted, there was none, or the request was withdrawn while it was being read.
   *
   * @param errno positive
   */
  public static boolean isNoRequest(int errno) {
    return errno == Errno.EINTR.number()
        || errno == Errno.EAGAIN.number()
        || errno == Errno.ENOENT.number();
  }
}
