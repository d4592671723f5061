package org.jdmsetup.engine.backing;

import org.jdmsetup.tables.Errno;

/** A device that a table names and that cannot be had; the message says why in plain words. */
public final class DeviceOpenException extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;

  /**
   * @param errno what the kernel would answer
   */
  public DeviceOpenException(Errno errno, String message) {
    this(errno.number(), message);
  }

  /**
   * @param errno what the kernel would answer, positive, as the system gave it
   */
  public DeviceOpenException(int errno, String message) {
    super(message);
    this.errno = errno;
  }

  /** What the kernel would answer, positive. */
  public int errno() {
    return errno;
  }
}
