package org.jdmsetup.cli;

/** DM_ABORT_ON_INTERNAL_ERRORS is set, and there was one: nothing else is to happen. */
final class AbortedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What a shell sees when a process ends by SIGABRT. */
  static final int STATUS = 128 + 6;

  AbortedException() {
    super(null, null, false, false);
  }
}
