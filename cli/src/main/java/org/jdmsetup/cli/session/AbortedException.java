package org.jdmsetup.cli.session;

import org.jdmsetup.ioctl.system.Linux;

/**
 * There was an internal error, and DM_ABORT_ON_INTERNAL_ERRORS is set: the process ends without
 * doing anything else.
 */
public final class AbortedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The exit status that a shell gives a process which SIGABRT has ended: 128 and its number. */
  public static final int STATUS = 128 + Linux.SIGABRT;

  AbortedException() {
    super(null, null, false, false);
  }
}
