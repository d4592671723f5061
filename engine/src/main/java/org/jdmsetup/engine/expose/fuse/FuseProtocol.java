package org.jdmsetup.engine.expose.fuse;

/**
 * The words and offsets of the FUSE kernel protocol, version 7.31, that the daemon speaks: {@code
 * include/uapi/linux/fuse.h}. All numbers in a message are in the processor's byte order.
 */
final class FuseProtocol {

  static final int MAJOR = 7;
  static final int MINOR = 31;

  static final int LOOKUP = 1;
  static final int FORGET = 2;
  static final int GETATTR = 3;
  static final int SETATTR = 4;
  static final int OPEN = 14;
  static final int READ = 15;
  static final int WRITE = 16;
  static final int STATFS = 17;
  static final int RELEASE = 18;
  static final int FSYNC = 20;
  static final int FLUSH = 25;
  static final int INIT = 26;
  static final int OPENDIR = 27;
  static final int READDIR = 28;
  static final int RELEASEDIR = 29;
  static final int FSYNCDIR = 30;
  static final int ACCESS = 34;
  static final int INTERRUPT = 36;
  static final int DESTROY = 38;
  static final int IOCTL = 39;
  static final int BATCH_FORGET = 42;
  static final int FALLOCATE = 43;

  /** {@code struct fuse_in_header}: length, opcode, unique, node. */
  static final int IN_HEADER = 40;

  static final int IN_LENGTH = 0;
  static final int IN_OPCODE = 4;
  static final int IN_UNIQUE = 8;
  static final int IN_NODE = 16;
  static final int IN_THREAD = 32;

  /** {@code struct fuse_write_in} follows the header; then comes the data. */
  static final int WRITE_IN = 40;

  /** {@code struct fuse_out_header}: length, error, unique. */
  static final int OUT_HEADER = 16;

  static final int ATTR = 88;

  static final int INIT_ASYNC_READ = 1;
  static final int INIT_BIG_WRITES = 1 << 5;
  static final int INIT_ASYNC_DIO = 1 << 15;
  static final int INIT_PARALLEL_DIROPS = 1 << 18;
  static final int INIT_MAX_PAGES = 1 << 22;

  static final int FOPEN_DIRECT_IO = 1;
  static final int FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6;

  static final int FATTR_SIZE = 1 << 3;

  static final int ROOT = 1;

  /** Most data in one READ or WRITE, in bytes. */
  static final int MAX_DATA = 1 << 20;

  static final int MAX_PAGES = MAX_DATA / 4096;

  /** ioctl on a {@code /dev/fuse} descriptor: join the connection of another one. */
  static final long DEV_IOC_CLONE = 0x8004E500L;

  private FuseProtocol() {}
}
