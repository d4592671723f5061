package org.jdmsetup.ioctl.session;

import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.udev.UdevCookies;

/**
 * One change that udev is told of and, where it can be, waited for: it takes a cookie (one of its
 * own, or that of the user, who will wait), adds a step before each request, completes the step in
 * udev's stead when the request caused no event, and at the end waits.
 */
public final class UdevOperation {
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
      operation.again();
    } catch (DmException e) {
      if (given == 0) {
        session.cookies().discard(cookie);
      }
      throw e;
    }
    return operation;
  }

  /** Adds a step: there will be another request. */
  public void again() throws DmException {
    if (cookie != 0) {
      session.cookies().add(cookie);
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

  /** No event comes of the request: the step is completed here. */
  public void unanswered() {
    if (pending) {
      pending = false;
      try {
        session.cookies().complete(cookie);
      } catch (DmException e) {
        // said; the request's own result stands
      }
    }
  }

  /** Waits if nobody else will, and has the nodes changed then. */
  public void end() {
    unanswered();
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
