package org.jdmsetup.cli.session;

/**
 * There was an internal error, and DM_ABORT_ON_INTERNAL_ERRORS is set: the process ends without
 * doing anything else.
 */
public final class AbortedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What a shell sees when a process ends by SIGABRT. */
  public static final int STATUS = 128 + 6;

  AbortedException() {
    super(null, null, false, false);
  }
}
