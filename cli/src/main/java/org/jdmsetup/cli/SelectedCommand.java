package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.cli.report.ReportException;
import org.jdmsetup.ioctl.DeviceKey;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmReply;
import org.jdmsetup.ioctl.TaskType;

/**
 * A command with {@code -S}: it runs on each of the devices that pass the selection of a report,
 * which is never printed.
 */
final class SelectedCommand extends DeviceCommand {
  private final Command command;
  private final ColumnReport report;

  SelectedCommand(Command command, ColumnReport report) {
    this.command = command;
    this.report = report;
  }

  @Override
  boolean repeats() {
    return true;
  }

  @Override
  boolean look(Session session, DeviceKey device) throws DmException {
    DmReply reply = session.task(TaskType.INFO).device(device).run();
    try {
      if (!report.selects(reply)) {
        return true;
      }
    } catch (ReportException e) {
      return false;
    }
    session.multiple(true);
    return command.run(session, List.of(reply.name()));
  }

  @Override
  void end(Session session) {
    report.clear();
    command.end(session);
  }
}
