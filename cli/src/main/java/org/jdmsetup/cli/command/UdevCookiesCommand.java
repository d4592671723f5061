package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.udev.UdevCookie;
import org.jdmsetup.ioctl.udev.UdevCookies;

/** {@code udevcookies}: all cookies of the system, waited for or left behind, that we may read. */
final class UdevCookiesCommand extends Command {
  private static final String HEADING =
      "Cookie       Semid      Value      Last semop time           Last change time";
  private static final int COLUMN_WIDTH = 10;

  @Override
  public boolean run(Session session, List<String> operands) {
    Output out = session.out();
    out.line(HEADING);
    for (UdevCookie cookie : UdevCookies.ofSystem(session.err()).all()) {
      out.print("0x").column(Integer.toHexString(cookie.cookie()), COLUMN_WIDTH).print(' ');
      out.column(Integer.toString(cookie.id()), COLUMN_WIDTH).print(' ');
      out.column(Integer.toString(cookie.value()), COLUMN_WIDTH).print(' ');
      out.print(UdevCookie.timeText(cookie.lastOperation())).print("  ");
      out.line(UdevCookie.timeText(cookie.lastChange()));
    }
    return true;
  }
}
