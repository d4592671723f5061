package org.jdmsetup.cli.session;

/** DM_ABORT_ON_INTERNAL_ERRORS is set, and there was one: nothing else is to happen. */
public final class AbortedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What a shell sees when a process ends by SIGABRT. */
  public static final int STATUS = 128 + 6;

  AbortedException() {
    super(null, null, false, false);
  }
}
