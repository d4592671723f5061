package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Cookie;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;

/** {@code udevreleasecookie}: waits for all that was done under a cookie, which is gone then. */
final class UdevReleaseCookieCommand extends Command {

  @Override
  int maxOperands() {
    return 1;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    int cookie =
        operands.isEmpty() ? session.settings().udevCookie() : Cookie.parse(operands.get(0));
    if (cookie == 0) {
      return session.fail(
          operands.isEmpty() ? "No udev transaction cookie given." : Cookie.INCORRECT);
    }
    try {
      session.mapper().releaseCookie(cookie);
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
