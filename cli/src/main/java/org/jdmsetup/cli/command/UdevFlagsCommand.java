package org.jdmsetup.cli.command;

import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.udev.EventCookie;
import org.jdmsetup.ioctl.udev.UdevFlag;

/**
 * {@code udevflags}: the flags in an event's cookie, in the form in which udev's rules import them.
 */
final class UdevFlagsCommand extends CookieCommand {
  private static final int SUBSYSTEM_FLAGS = 8;

  @Override
  boolean run(Session session, int cookie) {
    int flags = EventCookie.flags(cookie);
    Output out = session.out();
    for (UdevFlag flag : UdevFlag.values()) {
      if ((flags & flag.mask()) != 0) {
        out.print("DM_UDEV_").print(flag.name()).line("='1'");
      }
    }
    int subsystem = flags >>> UdevFlag.values().length;
    for (int bit = 0; bit < SUBSYSTEM_FLAGS; bit++) {
      if ((subsystem & 1 << bit) != 0) {
        out.print("DM_SUBSYSTEM_UDEV_FLAG").print(bit).line("='1'");
      }
    }
    return true;
  }
}
