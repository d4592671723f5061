package org.jdmsetup.it.ioctl;

import java.nio.ByteBuffer;

/** A device mapper that sequences are played to: the kernel's or the engine. */
interface Driver {

  /**
   * One ioctl.
   *
   * @param buffer direct, little-endian; changed as the caller's memory would be
   * @return 0 or the error number
   */
  int call(int command, ByteBuffer buffer);

  /**
   * Opens the node of a device, which is there once a table was loaded, and keeps it open.
   *
   * @return whether it could be opened
   */
  boolean open(int minor);

  /** Closes what {@link #open} opened, the last first. */
  void close(int minor);

  /**
   * What the device's node shows of its table: size in sectors, whether it is read-only, its
   * logical block size.
   */
  String facts(int minor);
}
