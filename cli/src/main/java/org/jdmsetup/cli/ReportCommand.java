package org.jdmsetup.cli;

import org.jdmsetup.cli.report.Report;
import org.jdmsetup.cli.report.ReportException;
import org.jdmsetup.cli.report.ReportRequest;
import org.jdmsetup.cli.report.SizeUnits;

/** A command whose output is a column report, with or without {@code -c}. */
abstract class ReportCommand extends Command {
  private Report report;
  private SizeUnits units;

  /** The report without the options of the command line. */
  abstract ReportRequest request();

  /** The units of sizes without {@code --units}. */
  String defaultUnits() {
    return "s";
  }

  /** Reads the options of the report; false when they make no sense, which has been printed. */
  final boolean open(Session session) {
    try {
      report = Report.open(withOptions(request(), session.options()), session);
    } catch (ReportException e) {
      return false;
    }
    String wanted = session.has(Opt.UNITS) ? session.options().text(Opt.UNITS) : defaultUnits();
    units = SizeUnits.of(wanted);
    return units != null || session.fail("Invalid --units argument.");
  }

  final Report report() {
    return report;
  }

  final SizeUnits units() {
    return units;
  }

  @Override
  final void end(Session session) {
    report.print(session.out()::line);
  }

  private static ReportRequest withOptions(ReportRequest request, Options options) {
    return request
        .fields(options.text(Opt.OPTIONS))
        .keys(options.text(Opt.SORT))
        .selection(options.text(Opt.SELECT))
        .separator(options.text(Opt.SEPARATOR))
        .noHeadings(options.has(Opt.NOHEADINGS))
        .namePrefixes(options.has(Opt.NAMEPREFIXES))
        .unquoted(options.has(Opt.UNQUOTED))
        .rows(options.has(Opt.ROWS));
  }
}
