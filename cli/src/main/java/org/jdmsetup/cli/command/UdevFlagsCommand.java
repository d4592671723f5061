package org.jdmsetup.cli.command;

import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;

/** {@code udevflags}: the flags in a cookie's upper half, as udev rules import them. */
public final class UdevFlagsCommand extends CookieCommand {
  private static final int SUBSYSTEM_FLAGS = 8;
  private static final String[] NAMES = {
    "DISABLE_DM_RULES_FLAG",
    "DISABLE_SUBSYSTEM_RULES_FLAG",
    "DISABLE_DISK_RULES_FLAG",
    "DISABLE_OTHER_RULES_FLAG",
    "LOW_PRIORITY_FLAG",
    "DISABLE_LIBRARY_FALLBACK_FLAG",
    "PRIMARY_SOURCE_FLAG",
    "FLAG7"
  };

  @Override
  boolean run(Session session, int cookie) {
    int flags = cookie >>> 16;
    Output out = session.out();
    for (int bit = 0; bit < 2 * SUBSYSTEM_FLAGS; bit++) {
      if ((flags & (1 << bit)) == 0) {
        continue;
      }
      if (bit < SUBSYSTEM_FLAGS) {
        out.print("DM_UDEV_").print(NAMES[bit]);
      } else {
        out.print("DM_SUBSYSTEM_UDEV_FLAG").print(bit - SUBSYSTEM_FLAGS);
      }
      out.line("='1'");
    }
    return true;
  }
}
