package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.tables.text.ParsedTable;

/** {@code load} and {@code reload}: a table for a device's inactive slot. */
final class LoadCommand extends Command {

  @Override
  int maxOperands() {
    return 2;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    if (session.has(Opt.NOTABLE)) {
      return session.fail("--notable only available when creating new device.");
    }
    int fileAt = session.deviceByOption() ? 0 : 1;
    if (operands.size() < fileAt) {
      return session.fail("Please specify device.");
    }
    if (operands.size() > fileAt + 1) {
      return session.fail("Too many command line arguments.");
    }
    try {
      session.mapper().major();
      DeviceKey device = session.device(operands.subList(0, fileAt));
      ParsedTable table =
          TableInput.read(session, operands.size() > fileAt ? operands.get(fileAt) : null);
      if (table == null) {
        return false;
      }
      DmReply reply =
          session
              .task(TaskType.RELOAD)
              .device(device)
              .readOnly(session.has(Opt.READONLY))
              .table(table)
              .run();
      return !session.verbose() || InfoBlock.print(session, reply);
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
