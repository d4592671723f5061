package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.cli.report.ReportException;
import org.jdmsetup.cli.report.ReportRequest;
import org.jdmsetup.cli.report.SplitName;
import org.jdmsetup.cli.report.SplitNameRow;

/** {@code splitname}: what a device name is made of. */
final class SplitNameCommand extends ReportCommand {

  @Override
  int least() {
    return 1;
  }

  @Override
  int most() {
    return 2;
  }

  @Override
  ReportRequest request() {
    return ReportRequest.ofSplitName();
  }

  @Override
  boolean run(Session session, List<String> operands) {
    String subsystem = operands.size() > 1 ? operands.get(1) : SplitName.LVM;
    try {
      report().add(new SplitNameRow(subsystem, operands.get(0)));
      return true;
    } catch (ReportException e) {
      return false;
    }
  }
}
