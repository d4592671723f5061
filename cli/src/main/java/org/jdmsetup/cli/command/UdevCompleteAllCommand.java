package org.jdmsetup.cli.command;

import java.time.Clock;
import java.util.List;
import org.jdmsetup.cli.option.CNumber;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.udev.UdevCookies;

/**
 * {@code udevcomplete_all}: destroys all cookies, or those that are old enough, if the user agrees.
 * They are semaphores, and are called so in what is printed.
 */
final class UdevCompleteAllCommand extends Command {
  private static final String WITH_KEYS =
      "with keys prefixed by "
          + UdevCookies.PREFIX
          + " (0x"
          + Integer.toHexString(UdevCookies.PREFIX)
          + ") ";

  @Override
  int maxOperands() {
    return 1;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    int minutes = 0;
    if (!operands.isEmpty()) {
      CNumber age = CNumber.readUnsigned(operands.get(0));
      if (age.isMissing()) {
        return session.fail("Failed to read age_in_minutes parameter.");
      }
      minutes = (int) age.value;
    }
    Output out = session.out();
    if (!session.has(Opt.YES)) {
      session.err().accept(warning(minutes));
      if (!Question.ask(session, "Do you really want to continue? [y/n]: ")) {
        out.print("Semaphores ").print(WITH_KEYS).line("NOT destroyed.");
        return true;
      }
    }
    long now = Clock.systemUTC().instant().getEpochSecond();
    UdevCookies.Cleared cleared = UdevCookies.ofSystem(session.err()).destroyAll(minutes, now);
    out.print(cleared.destroyed()).print(" semaphores ").print(WITH_KEYS);
    out.print("destroyed. ").print(cleared.skipped()).line(" skipped.");
    return true;
  }

  private static String warning(int minutes) {
    // the C tool prints a large number of minutes as a negative one too, and counts it unsigned
    String older = minutes == 0 ? "" : "older than " + minutes + " minutes ";
    return "WARNING: This operation will destroy all semaphores "
        + older
        + "with keys that have a prefix "
        + UdevCookies.PREFIX
        + " (0x"
        + Integer.toHexString(UdevCookies.PREFIX)
        + ").";
  }
}
