package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.CNumber;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Mistyped;
import org.jdmsetup.tables.text.Quotation;

/** {@code message}: words for the target that holds a sector, and its answer. */
final class MessageCommand extends Command {

  @Override
  int minOperands() {
    return 2;
  }

  @Override
  int maxOperands() {
    return ANY;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    int sectorAt = session.deviceByOption() ? 0 : 1;
    try {
      session.mapper().major();
      DeviceKey device = session.device(operands.subList(0, sectorAt));
      String sector = operands.get(sectorAt);
      CNumber number = CNumber.readUnsigned(sector);
      if (number.end != sector.length() || number.isMissing() || number.overflowed) {
        session.keepReason(
            Quotation.of(sector)
                + " stands where the sector does that the message is about: write"
                + " 'dmsetup message DEVICE 0 MESSAGE' for a device of one rule"
                + Mistyped.advice(sector));
        return session.fail("Invalid sector.");
      }
      if (operands.size() == sectorAt + 1) {
        session.fail(
            "No message supplied."); // an empty message is sent all the same, as dmsetup does
      }
      String text = String.join(" ", operands.subList(sectorAt + 1, operands.size()));
      DmReply reply =
          session
              .task(TaskType.MESSAGE)
              .device(device)
              .message(new Sectors(number.value), text)
              .run();
      String answer = reply.answer();
      if (answer != null && !answer.isEmpty()) {
        session.out().print(answer);
        if (!answer.endsWith("\n")) {
          session.out().print('\n');
        }
      }
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
