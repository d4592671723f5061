package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DeviceKey;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmReply;
import org.jdmsetup.ioctl.TaskType;

/** {@code wait}: returns when the device's event number is above the one given. */
final class WaitCommand extends Command {

  @Override
  int most() {
    return 2;
  }

  @Override
  boolean run(Session session, List<String> operands) {
    int numberAt = session.deviceByOption() ? 0 : 1;
    if (operands.size() < numberAt) {
      return session.fail("No device specified.");
    }
    DeviceKey device = session.device(operands.subList(0, numberAt));
    boolean numbered = operands.size() > numberAt;
    int event = numbered ? CNumber.atoi(operands.get(operands.size() - 1)) : 0;
    try {
      DmReply reply =
          session
              .task(TaskType.WAIT)
              .device(device)
              .eventNr(event)
              .noFlush(session.has(Opt.NOFLUSH))
              .run();
      return !session.verbose() || InfoBlock.print(session, reply);
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
