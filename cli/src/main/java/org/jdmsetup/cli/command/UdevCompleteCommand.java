package org.jdmsetup.cli.command;

import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.udev.EventCookie;
import org.jdmsetup.ioctl.udev.UdevCookies;

/**
 * {@code udevcomplete}: what udev's rules run when they are done with an event, whose cookie they
 * hand over.
 */
final class UdevCompleteCommand extends CookieCommand {
  private static final int WIDTH = 10;

  @Override
  boolean run(Session session, int cookie) {
    session.out().print("DM_COOKIE_COMPLETED=0x").column(Integer.toHexString(cookie), WIDTH);
    session.out().line("");
    if (EventCookie.base(cookie) == 0) {
      return true; // nobody waits
    }
    try {
      session.mapper().completeCookie(UdevCookies.ofBase(cookie));
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
