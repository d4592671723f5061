package org.jdmsetup.cli.command;

import java.util.List;
import java.util.Locale;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;

/**
 * {@code udevcreatecookie}: a cookie for several commands to share; nothing where udev is not there
 * to answer.
 */
final class UdevCreateCookieCommand extends Command {

  @Override
  public boolean run(Session session, List<String> operands) {
    try {
      int cookie = session.mapper().createCookie();
      if (cookie != 0) {
        session.out().line(String.format(Locale.ROOT, "0x%08X", cookie));
      }
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
