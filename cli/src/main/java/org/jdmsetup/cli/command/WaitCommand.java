package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.CNumber;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;

/**
 * {@code wait}: returns when the device's event number is above the one given; with --finished,
 * when its targets have finished what they do in the background.
 */
final class WaitCommand extends Command {

  @Override
  int maxOperands() {
    return 2;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    int numberAt = session.deviceByOption() ? 0 : 1;
    if (operands.size() < numberAt) {
      return session.fail("No device specified.");
    }
    DeviceKey device = session.device(operands.subList(0, numberAt));
    if (session.has(Opt.FINISHED)) {
      return finished(session, device, operands.size() > numberAt);
    }
    boolean numbered = operands.size() > numberAt;
    String typed = numbered ? operands.get(operands.size() - 1) : "0";
    int event = CNumber.atoi(typed);
    if (!CNumber.misread(typed).isEmpty()) {
      session.remark("event number " + CNumber.misread(typed));
    }
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

  private static boolean finished(Session session, DeviceKey device, boolean numbered) {
    if (numbered) {
      return session.fail("--finished takes a device and no event number.");
    }
    try {
      DmReply reply = new FinishedWait(session, device).run();
      return reply != null && (!session.verbose() || InfoBlock.print(session, reply));
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
