package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.report.ReportRequest;
import org.jdmsetup.cli.report.SplitName;
import org.jdmsetup.cli.report.SplitNameRow;
import org.jdmsetup.cli.session.Session;

/** {@code splitname}: what a device name is made of. */
final class SplitNameCommand extends Command {

  @Override
  int minOperands() {
    return 1;
  }

  @Override
  int maxOperands() {
    return 2;
  }

  @Override
  public boolean isReport() {
    return true;
  }

  @Override
  public ReportRequest request() {
    return ReportRequest.ofSplitName();
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    String subsystem = operands.size() > 1 ? operands.get(1) : SplitName.LVM;
    return session.report().add(new SplitNameRow(subsystem, operands.get(0)));
  }
}
