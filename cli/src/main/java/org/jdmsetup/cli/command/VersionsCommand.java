package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmTask;

/** {@code targets} and {@code target-version}: the target types that the driver has. */
final class VersionsCommand extends Command {
  private static final int NAME_COLUMNS = 16;

  private final TaskType type;

  /**
   * @param type VERSIONS for all that are there, TARGET_VERSION for the one that the operand names
   */
  VersionsCommand(TaskType type) {
    this.type = type;
  }

  @Override
  int minOperands() {
    return type == TaskType.TARGET_VERSION ? 1 : 0;
  }

  @Override
  int maxOperands() {
    return type == TaskType.TARGET_VERSION ? ANY : 0;
  }

  @Override
  public boolean repeats() {
    return type == TaskType.TARGET_VERSION;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    try {
      DmTask task = session.mapper().task(type);
      if (type == TaskType.TARGET_VERSION) {
        task.device(DeviceKey.name(operands.get(0)));
      }
      Output out = session.out();
      for (TargetVersion target : task.run().versions()) {
        out.column(target.name(), NAME_COLUMNS);
        out.print(" v").print(target.major()).print('.').print(target.minor());
        out.print('.').print(target.patch()).print('\n');
      }
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
