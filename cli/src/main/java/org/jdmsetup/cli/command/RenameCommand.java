package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmTask;

/** {@code rename}: a new name, or with --setuuid a first UUID. */
final class RenameCommand extends Command {

  @Override
  int minOperands() {
    return 1;
  }

  @Override
  int maxOperands() {
    return 2;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    String wanted = operands.get(operands.size() - 1);
    try {
      session.mapper().major();
      DeviceKey device = session.device(operands.subList(0, operands.size() - 1));
      if (device == null) {
        return false;
      }
      DmTask task = session.task(TaskType.RENAME).device(device);
      (session.has(Opt.SETUUID) ? task.newUuid(wanted) : task.newName(wanted)).run();
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
