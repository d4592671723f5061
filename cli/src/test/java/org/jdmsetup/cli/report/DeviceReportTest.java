package org.jdmsetup.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** {@code info -c} with all its options, as dmsetup answered. */
class DeviceReportTest {

  /** Stands for the messages where the list of fields is among them. */
  private static final String LIST = "(the list of fields)\n";

  @TestFactory
  Stream<DynamicTest> infoReportsAsDmsetupDid() throws IOException {
    MeasuredRuns measured = MeasuredRuns.of("measured-reports.txt");
    return measured.runs().stream()
        .map(
            run ->
                DynamicTest.dynamicTest(
                    String.join(" ", run.words()), () -> assertSame(measured, run)));
  }

  private static void assertSame(MeasuredRuns measured, MeasuredRuns.Run run) {
    StringBuilder out = new StringBuilder();
    StringBuilder err = new StringBuilder();
    int status = repeat(measured, run.words(), out, err);
    assertEquals(run.out(), out.toString());
    if (run.err().equals(LIST)) {
      assertTrue(err.toString().startsWith("Mapped Device Name Fields\n"));
    } else {
      assertEquals(run.err(), err.toString());
    }
    assertEquals(run.status(), status);
  }

  private static int repeat(
      MeasuredRuns measured, List<String> words, StringBuilder out, StringBuilder err) {
    ReportRequest request = ReportRequest.ofInfo();
    Mangling mangling = Mangling.AUTO;
    List<String> operands = new ArrayList<>();
    for (int i = 2; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-o" -> request.fields(words.get(++i));
        case "-O" -> request.keys(words.get(++i));
        case "-S" -> request.selection(words.get(++i));
        case "--separator" -> request.separator(words.get(++i));
        case "--manglename" -> mangling = Mangling.ofWord(words.get(++i));
        case "--noheadings" -> request.noHeadings(true);
        case "--nameprefixes" -> request.namePrefixes(true);
        case "--unquoted" -> request.unquoted(true);
        case "--rows" -> request.rows(true);
        default -> operands.add(words.get(i));
      }
    }
    try {
      Report report = Report.open(request, line -> err.append(line).append('\n'));
      boolean good = true;
      for (DeviceNumber number : chosen(measured, operands)) {
        good &= add(report, measured, number, mangling, err);
        if (!good && !operands.isEmpty()) {
          break;
        }
      }
      if (!good) {
        err.append("Command failed.\n");
      }
      report.print(line -> out.append(line).append('\n'));
      return good ? 0 : 1;
    } catch (ReportException e) {
      return 1;
    }
  }

  private static List<DeviceNumber> chosen(MeasuredRuns measured, List<String> operands) {
    return operands.isEmpty()
        ? measured.devices()
        : new ArrayList<>(operands.stream().map(measured::find).toList());
  }

  private static boolean add(
      Report report,
      MeasuredRuns measured,
      DeviceNumber number,
      Mangling mangling,
      StringBuilder err) {
    if (number == null) {
      err.append("Device does not exist.\n");
      return false;
    }
    if (report.needs(FieldGroup.STATS) || report.needs(FieldGroup.REGION)) {
      return true; // there is a row for each region, and no device had any
    }
    try {
      report.add(
          new DeviceRow(measured.device(number, mangling), line -> err.append(line).append('\n')));
      return true;
    } catch (ReportException e) {
      return false;
    }
  }
}
