package org.jdmsetup.engine.expose.freeze;

/** A file system that cannot be frozen; the message says which and why. */
public final class FreezeException extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;

  /**
   * @param errno positive
   */
  public FreezeException(int errno, String message) {
    super(message);
    this.errno = errno;
  }

  /** Positive. */
  public int errno() {
    return errno;
  }
}
