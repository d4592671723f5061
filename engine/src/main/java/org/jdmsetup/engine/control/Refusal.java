package org.jdmsetup.engine.control;

import org.jdmsetup.tables.Errno;

/** A request that cannot be done: the error number that the kernel answers, and why. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;

  /**
   * @param reason the kernel's own text for the case where it has one, and what was found and
   *     expected; for people
   */
  public Refusal(Errno errno, String reason) {
    this(errno.number(), reason);
  }

  public Refusal(int errno, String reason) {
    super(reason);
    this.errno = errno;
  }

  /** Positive. */
  public int errno() {
    return errno;
  }
}
