package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.UdevCookies;

/** {@code udevcomplete}: what udev's rules run when they are done with an event. */
final class UdevCompleteCommand extends Command {
  private static final int BASE = 0xffff;
  private static final int WIDTH = 10;

  @Override
  int least() {
    return 1;
  }

  @Override
  int most() {
    return 1;
  }

  @Override
  boolean run(Session session, List<String> operands) {
    int cookie = Cookie.parse(operands.get(0));
    if (cookie == 0) {
      return session.fail(Cookie.INCORRECT);
    }
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
