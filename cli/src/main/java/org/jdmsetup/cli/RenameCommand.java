package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DeviceKey;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmTask;
import org.jdmsetup.ioctl.TaskType;

/** {@code rename}: a new name, or with --setuuid a first UUID. */
final class RenameCommand extends Command {

  @Override
  int least() {
    return 1;
  }

  @Override
  int most() {
    return 2;
  }

  @Override
  boolean run(Session session, List<String> operands) {
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
