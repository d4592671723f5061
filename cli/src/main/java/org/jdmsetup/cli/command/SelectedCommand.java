package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.report.ReportException;
import org.jdmsetup.cli.session.ColumnReport;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;

/**
 * A command with {@code -S}: it runs on each of the devices that pass the selection of a report,
 * which is never printed.
 */
public final class SelectedCommand extends DeviceCommand {
  private final Command command;
  private final ColumnReport report;

  public SelectedCommand(Command command, ColumnReport report) {
    this.command = command;
    this.report = report;
  }

  @Override
  public boolean repeats() {
    return true;
  }

  @Override
  boolean runOn(Session session, DeviceKey device) throws DmException {
    DmReply reply = session.task(TaskType.INFO).device(device).run();
    try {
      if (!report.addIfSelected(reply)) {
        return true;
      }
    } catch (ReportException e) {
      return false;
    }
    session.multiple(true);
    return command.run(session, List.of(reply.name()));
  }

  @Override
  public void end(Session session) {
    report.clear();
    command.end(session);
  }
}
