package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DeviceKey;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmReply;
import org.jdmsetup.ioctl.DmTask;
import org.jdmsetup.ioctl.TaskType;

/**
 * {@code suspend}, {@code resume} and {@code clear}: one request that changes a device's state;
 * with -v the new state is shown.
 */
final class StateCommand extends Command {
  private final TaskType type;

  /**
   * @param type SUSPEND, RESUME or CLEAR
   */
  StateCommand(TaskType type) {
    this.type = type;
  }

  @Override
  int most() {
    return ANY;
  }

  @Override
  boolean takesSelection() {
    return true;
  }

  @Override
  boolean run(Session session, List<String> operands) {
    try {
      session.mapper().major();
      DeviceKey device = session.device(operands);
      if (device == null) {
        return false;
      }
      DmTask task = session.suspending(type).device(device);
      if (type == TaskType.SUSPEND && session.has(Opt.CHECKS)) {
        SuspendCheck.run(session, device);
      }
      UnfinishedWork work = null;
      if (type == TaskType.RESUME) {
        work = UnfinishedWork.of(session, device);
        task.addNode(NodeOptions.addNode(session)).readAhead(NodeOptions.readAhead(session));
      }
      DmReply reply = task.run();
      if (work != null) {
        work.resumed();
      }
      return !session.verbose() || InfoBlock.print(session, reply);
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
