package org.jdmsetup.cli.command;

import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.udev.UdevCookies;

/** {@code udevcomplete}: what udev's rules run when they are done with an event. */
public final class UdevCompleteCommand extends CookieCommand {
  private static final int BASE = 0xffff;
  private static final int WIDTH = 10;

  @Override
  boolean run(Session session, int cookie) {
    session.out().print("DM_COOKIE_COMPLETED=0x").column(Integer.toHexString(cookie), WIDTH);
    session.out().line("");
    // The rules hand over what the event brought: flags above, and 0 below when nobody waits.
    if ((cookie & BASE) == 0) {
      return true;
    }
    try {
      session.mapper().completeCookie(UdevCookies.ofBase(cookie));
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
