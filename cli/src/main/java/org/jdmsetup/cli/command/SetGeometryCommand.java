package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;

/**
 * {@code setgeometry}: cylinders, heads, sectors and start, passed on as they are. As with the C
 * tool, there must be five operands even where an option names the device: the numbers come first
 * then, and the last operand is ignored.
 */
final class SetGeometryCommand extends Command {
  private static final int NUMBERS = 4;

  @Override
  int minOperands() {
    return 1 + NUMBERS;
  }

  @Override
  int maxOperands() {
    return 1 + NUMBERS;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    int first = session.deviceByOption() ? 0 : 1;
    try {
      session
          .task(TaskType.SET_GEOMETRY)
          .device(session.device(operands.subList(0, first)))
          .geometry(String.join(" ", operands.subList(first, first + NUMBERS)))
          .run();
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
