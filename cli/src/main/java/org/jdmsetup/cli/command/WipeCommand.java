package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.tables.Sectors;

/** {@code wipe_table}: a table of nothing but errors takes the place of the live one. */
final class WipeCommand extends Command {

  @Override
  int maxOperands() {
    return ANY;
  }

  @Override
  public boolean takesSelection() {
    return true;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    return operands.isEmpty()
        ? session.fail("No device specified.")
        : wipe(session, operands.get(0));
  }

  /** Replaces the table; with --force without flushing or freezing, now and later. */
  static boolean wipe(Session session, String name) {
    DeviceKey device = DeviceKey.name(name);
    TargetSpec errors = new TargetSpec(Sectors.ZERO, size(session, device), "error", "");
    try {
      session.task(TaskType.RELOAD).device(device).targets(List.of(errors)).run();
    } catch (DmException e) {
      return session.fail(e);
    }
    if (session.has(Opt.FORCE)) {
      session.force();
    }
    try {
      UnfinishedWork work = UnfinishedWork.of(session, device);
      session.suspending(TaskType.RESUME).device(device).run();
      work.reportIfReplaced();
      return true;
    } catch (DmException e) {
      session.fail(e);
      clear(session, device);
      return false;
    }
  }

  private static Sectors size(Session session, DeviceKey device) {
    Sectors size = Sectors.ZERO;
    try {
      for (TargetSpec target : session.task(TaskType.TABLE).device(device).run().targets()) {
        size = size.plus(target.length());
      }
    } catch (DmException e) {
      session.fail(e); // said so; the empty table that follows is refused with the real reason
    }
    return size;
  }

  private static void clear(Session session, DeviceKey device) {
    try {
      session.task(TaskType.CLEAR).device(device).run();
    } catch (DmException e) {
      session.fail(e);
    }
  }
}
