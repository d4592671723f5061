package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;

/** {@code remove}: takes a device away; with --force after replacing its table by errors. */
final class RemoveCommand extends Command {

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
    try {
      if (session.has(Opt.FORCE) && !operands.isEmpty()) {
        if (session.settings().udevCookie() != 0) {
          session.err().accept("WARNING: Use of cookie and --force is not compatible.");
        }
        WipeCommand.wipe(session, operands.get(0));
      }
      session.mapper().major();
      DeviceKey device = session.device(operands);
      if (device == null) {
        return false;
      }
      UnfinishedWork work = UnfinishedWork.of(session, device);
      session
          .suspending(TaskType.REMOVE)
          .device(device)
          .deferred(session.has(Opt.DEFERRED))
          .retry(session.has(Opt.RETRY))
          .run();
      work.reportIfRemoved();
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
