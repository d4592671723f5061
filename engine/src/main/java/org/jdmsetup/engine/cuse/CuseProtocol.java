package org.jdmsetup.engine.cuse;

/**
 * The words and offsets of the FUSE kernel protocol, version 7.31, as far as {@code /dev/cuse} uses
 * it: {@code include/uapi/linux/fuse.h}. All numbers are in the processor's byte order.
 */
final class CuseProtocol {
  static final int MAJOR = 7;
  static final int MINOR = 31;

  static final int OPEN = 14;
  static final int RELEASE = 18;
  static final int INTERRUPT = 36;
  static final int IOCTL = 39;
  static final int POLL = 40;
  static final int INIT = 4096;

  /** {@code struct fuse_in_header}. */
  static final int IN_HEADER = 40;

  static final int IN_OPCODE = 4;
  static final int IN_UNIQUE = 8;
  static final int IN_UID = 24;
  static final int IN_PID = 32;

  /** {@code struct fuse_out_header}: length, error, unique. */
  static final int OUT_HEADER = 16;

  /** What the kernel takes of variables about the device, {@code CUSE_INIT_INFO_MAX}. */
  static final int MAX_INFO = 4096;

  /** {@code struct cuse_init_out}, which the device's name follows. */
  static final int INIT_OUT = 72;

  /** An ioctl may read and write any part of the caller's memory. */
  static final int UNRESTRICTED_IOCTL = 1;

  /** {@code struct fuse_open_out}: handle, flags, padding. */
  static final int OPEN_OUT = 16;

  /** The file has no position. */
  static final int FOPEN_NONSEEKABLE = 1 << 2;

  /** {@code struct fuse_ioctl_in}: handle, flags, command, argument, sizes in and out. */
  static final int IOCTL_IN = 32;

  /** {@code struct fuse_ioctl_out}: result, flags, number of areas in and out. */
  static final int IOCTL_OUT = 16;

  /** {@code struct fuse_ioctl_iovec}: base, length. */
  static final int IOCTL_AREA = 16;

  /** The ioctl is to be sent again with these parts of the caller's memory. */
  static final int IOCTL_RETRY = 1 << 2;

  /** {@code struct fuse_poll_in}: handle, the kernel's handle, flags, events. */
  static final int POLL_IN = 24;

  /** {@code struct fuse_poll_out}: events, padding. */
  static final int POLL_OUT = 8;

  /** Whoever polls waits, and wants to be told. */
  static final int POLL_SCHEDULE_NOTIFY = 1;

  /** Stands in the error field of a message that answers no request. */
  static final int NOTIFY_POLL = 1;

  private CuseProtocol() {}
}
