package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.udev.UdevCookie;
import org.jdmsetup.ioctl.udev.UdevCookies;

/** {@code udevcookies}: the cookies that are waited for, or were left. */
final class UdevCookiesCommand extends Command {
  private static final String HEADING =
      "Cookie       Semid      Value      Last semop time           Last change time";
  private static final int WIDTH = 10;

  @Override
  public boolean run(Session session, List<String> operands) {
    Output out = session.out();
    out.line(HEADING);
    for (UdevCookie cookie : UdevCookies.ofSystem(session.err()).all()) {
      out.print("0x").column(Integer.toHexString(cookie.cookie()), WIDTH).print(' ');
      out.column(Integer.toString(cookie.id()), WIDTH).print(' ');
      out.column(Integer.toString(cookie.value()), WIDTH).print(' ');
      out.print(UdevCookie.timeText(cookie.lastOperation())).print("  ");
      out.line(UdevCookie.timeText(cookie.lastChange()));
    }
    return true;
  }
}
