package org.jdmsetup.ioctl;

import java.util.List;

/**
 * A device-mapper operation failed. What libdevmapper would print has been given to the session's
 * message sink when this is thrown; what is left to print is {@link #reason}.
 */
public final class DmException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  @SuppressWarnings("serial") // List.copyOf makes a list that is
  private final List<String> reason;

  /**
   * @param errno 0 when the failure has none
   * @param message what has been printed already, for logs
   * @param reason see {@link #reason}
   */
  public DmException(int errno, String message, List<String> reason) {
    super(message);
    this.errno = errno;
    this.reason = List.copyOf(reason);
  }

  /** The error number; 0 when the failure has none. */
  public int errno() {
    return errno;
  }

  /** Why it failed and what to do, in plain words (byte text), a line each; possibly empty. */
  public List<String> reason() {
    return reason;
  }
}
