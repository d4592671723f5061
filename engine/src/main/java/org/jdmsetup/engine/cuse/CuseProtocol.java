package org.jdmsetup.engine.cuse;

import org.jdmsetup.engine.expose.fuse.FuseProtocol;

/**
 * What the FUSE kernel protocol has on {@code /dev/cuse} only, or is used there only, beside {@link
 * FuseProtocol}: {@code include/uapi/linux/fuse.h}.
 */
final class CuseProtocol {
  static final int POLL = 40;
  static final int INIT = 4096;

  /** What the kernel takes of variables about the device, {@code CUSE_INIT_INFO_MAX}. */
  static final int MAX_INFO = 4096;

  /** {@code struct cuse_init_out}, which the device's name follows. */
  static final int INIT_OUT = 72;

  /** An ioctl may read and write any part of the caller's memory. */
  static final int UNRESTRICTED_IOCTL = 1;

  /** The file has no position. */
  static final int FOPEN_NONSEEKABLE = 1 << 2;

  /** {@code struct fuse_ioctl_iovec}: base, length. */
  static final int IOCTL_AREA = 16;

  /** The ioctl is to be sent again with these parts of the caller's memory. */
  static final int IOCTL_RETRY = 1 << 2;

  /** {@code struct fuse_poll_in}: handle, the kernel's handle, flags, events. */
  static final int POLL_IN = 24;

  static final int POLL_KERNEL_HANDLE = 8;
  static final int POLL_FLAGS = 16;

  /** {@code struct fuse_poll_out}: events, padding. */
  static final int POLL_OUT = 8;

  /** Whoever polls waits, and wants to be told. */
  static final int POLL_SCHEDULE_NOTIFY = 1;

  /** Stands in the error field of a message that answers no request. */
  static final int NOTIFY_POLL = 1;

  private CuseProtocol() {}
}
