package org.jdmsetup.cli.command;

import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;

/** {@code udevflags}: the flags in a cookie's upper half, as udev rules import them. */
public final class UdevFlagsCommand extends CookieCommand {
  private static final int LOWER_HALF_BITS = 16;

  /**
   * Flags of device mapper itself; as many follow that mean something to a subsystem such as LVM.
   */
  private static final int DM_FLAGS = 8;

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
    int flags = cookie >>> LOWER_HALF_BITS;
    Output out = session.out();
    for (int bit = 0; bit < 2 * DM_FLAGS; bit++) {
      if ((flags & (1 << bit)) == 0) {
        continue;
      }
      if (bit < DM_FLAGS) {
        out.print("DM_UDEV_").print(NAMES[bit]);
      } else {
        out.print("DM_SUBSYSTEM_UDEV_FLAG").print(bit - DM_FLAGS);
      }
      out.line("='1'");
    }
    return true;
  }
}
