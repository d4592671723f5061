package org.jdmsetup.cli.session;

import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.cli.report.DeviceRow;
import org.jdmsetup.cli.report.DeviceTree;
import org.jdmsetup.cli.report.FieldGroup;
import org.jdmsetup.cli.report.Report;
import org.jdmsetup.cli.report.ReportException;
import org.jdmsetup.cli.report.ReportRequest;
import org.jdmsetup.cli.report.Row;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The column report of an invocation: made from its options before the command runs, given a row
 * for each device that the command describes, printed after each round.
 */
public final class ColumnReport {
  private final Session session;
  private final Report report;

  /** The devices as they were when the report was opened; null if no column needs the tree. */
  private final DeviceTree tree;

  private ColumnReport(Session session, Report report, DeviceTree tree) {
    this.session = session;
    this.report = report;
    this.tree = tree;
  }

  /**
   * Reads the options of the report.
   *
   * @param request the report without them
   * @return null when they make no sense, or when the report cannot be made; that has been printed
   */
  public static ColumnReport open(Session session, ReportRequest request) {
    if (session.has(Opt.HEADINGS) && session.has(Opt.NOHEADINGS)) {
      session.fail("Only one of --headings and --noheadings permitted.");
      return null;
    }
    try {
      Report report = Report.open(withOptions(request, session.options()), session.err());
      DeviceTree tree = null;
      if (report.needs(FieldGroup.TREE)) {
        tree = DriverTree.build(session, false);
        if (!tree.isComplete()) {
          session.err().printReasons();
          return null;
        }
      }
      return new ColumnReport(session, report, tree);
    } catch (DmException e) {
      session.fail(e);
      session.err().printReasons();
      return null;
    } catch (ReportException e) {
      return null;
    }
  }

  /** Adds a row; false when it cannot be made, which has been printed. */
  public boolean add(Row row) {
    try {
      report.add(row);
      return true;
    } catch (ReportException e) {
      return false;
    }
  }

  /** Adds the row of a device; false when there is none, which has been printed. */
  public boolean add(DmReply device) {
    try {
      addIfSelected(device);
      return true;
    } catch (ReportException e) {
      return false;
    }
  }

  /** Adds the row of a device, and tells whether the device passes the selection. */
  public boolean addIfSelected(DmReply device) throws ReportException {
    if (!device.exists()) {
      throw failure("Device does not exist.");
    }
    if (!report.isHelp() && (report.needs(FieldGroup.STATS) || report.needs(FieldGroup.REGION))) {
      return false; // a row would be a region of the device's statistics, of which there are none
    }
    ReplyDevice reported = new ReplyDevice(session, device, tree);
    DeviceNumber number = reported.number();
    if (tree != null && !tree.contains(number)) {
      throw failure("Cannot find node " + number + ".");
    }
    return report.add(new DeviceRow(reported, session.err()));
  }

  private ReportException failure(String line) {
    session.fail(line);
    return new ReportException(line);
  }

  /** Prints the rows of a round. */
  public void print() {
    report.print(session.out()::line);
  }

  /** Drops the rows of a round. */
  public void clear() {
    report.clear();
  }

  private static ReportRequest withOptions(ReportRequest request, Options options) {
    return request
        .fields(options.text(Opt.OPTIONS))
        .keys(options.text(Opt.SORT))
        .selection(options.text(Opt.SELECT))
        .separator(options.text(Opt.SEPARATOR))
        .headings(options.value(Opt.HEADINGS, null))
        .noHeadings(options.has(Opt.NOHEADINGS))
        .namePrefixes(options.has(Opt.NAMEPREFIXES))
        .unquoted(options.has(Opt.UNQUOTED))
        .rows(options.has(Opt.ROWS));
  }
}
