package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.NodeOptions;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.ioctl.session.DmTask;

/**
 * {@code suspend}, {@code resume} and {@code clear}: one request for a device; with -v what {@code
 * info} shows of it follows.
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
      session.mapper().major(); // opens the driver: that there is none is told first
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
        work =
            UnfinishedWork.of(session, device); // the driver is asked before the table is replaced
        task.addNode(NodeOptions.addNode(session)).readAhead(NodeOptions.readAhead(session));
      }
      DmReply reply = task.run();
      if (work != null) {
        work.reportIfReplaced();
      }
      return !session.verbose() || InfoBlock.print(session, reply);
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
