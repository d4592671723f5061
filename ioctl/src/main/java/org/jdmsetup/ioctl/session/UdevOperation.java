package org.jdmsetup.ioctl.session;

import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.udev.UdevCookies;

/**
 * One change that udev is told of and, where that is possible, waited for. It takes a cookie: one
 * of its own, or the user's, who will wait for it. It adds a step before each request, completes
 * the step itself when the request caused no event that udev would answer, and waits at the end.
 */
final class UdevOperation {
  private final DeviceMapper session;

  /** 0 where nobody waits. */
  private final int cookie;

  private final boolean own;
  private boolean pending;

  private UdevOperation(DeviceMapper session, int cookie, boolean own) {
    this.session = session;
    this.cookie = cookie;
    this.own = own;
  }

  /** Begins with a step added. */
  public static UdevOperation begin(DeviceMapper session) throws DmException {
    int given = session.settings().udevCookie();
    if (!session.syncsWithUdev()) {
      return new UdevOperation(session, 0, given == 0);
    }
    int cookie = given != 0 ? given : session.cookies().create();
    UdevOperation operation = new UdevOperation(session, cookie, given == 0);
    try {
      operation.addStep();
    } catch (DmException e) {
      if (given == 0) {
        session.cookies().discard(cookie);
      }
      throw e;
    }
    return operation;
  }

  /** Adds a step: there will be another request. */
  public void addStep() throws DmException {
    if (cookie != 0) {
      session.cookies().addStep(cookie);
      pending = true;
    }
  }

  /** What a request carries of the cookie; 0 for none. */
  public int base() {
    return UdevCookies.base(cookie);
  }

  /** Whether udev will have done its part when this ends. */
  public boolean isWaitedFor() {
    return cookie != 0;
  }

  /** The request caused an event: udev will complete the step. */
  public void leftToUdev() {
    pending = false;
  }

  /** Completes the step here, unless the request caused an event and it is left to udev. */
  public void completePendingStep() {
    if (pending) {
      pending = false;
      try {
        session.cookies().completeStep(cookie);
      } catch (DmException e) {
        // said; the request's own result stands
      }
    }
  }

  /** Waits for a cookie of its own, not for the user's, and then changes the device nodes. */
  public void end() {
    completePendingStep();
    if (!own) {
      return;
    }
    if (cookie != 0) {
      try {
        session.cookies().await(cookie);
      } catch (DmException e) {
        // said; the device is as it should be
      }
    }
    session.updateNodes();
  }
}
