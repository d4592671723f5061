package org.jdmsetup.cli.report;

import java.util.List;

/** A run of {@code splitname}, ours: the options of reports that it takes, and what it printed. */
record SplitNameRun(String out, String err, int status) {

  static SplitNameRun of(List<String> words) {
    StringBuilder out = new StringBuilder();
    StringBuilder err = new StringBuilder();
    int status = run(words, out, err);
    return new SplitNameRun(out.toString(), err.toString(), status);
  }

  private static int run(List<String> words, StringBuilder out, StringBuilder err) {
    ReportRequest request = ReportRequest.ofSplitName();
    String subsystem = SplitName.LVM;
    String name = null;
    String units = null;
    int rounds = 1;
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-o" -> request.fields(words.get(++i));
        case "-O" -> request.keys(words.get(++i));
        case "-S" -> request.selection(words.get(++i));
        case "--separator" -> request.separator(words.get(++i));
        case "--units" -> units = words.get(++i);
        case "--count" -> rounds = Integer.parseInt(words.get(++i));
        case "--noheadings" -> request.noHeadings(true);
        case "--nameprefixes" -> request.namePrefixes(true);
        case "--unquoted" -> request.unquoted(true);
        case "--rows" -> request.rows(true);
        case "--" -> {
          name = words.get(++i);
          if (++i < words.size()) {
            subsystem = words.get(i);
          }
        }
        default -> throw new IllegalArgumentException(words.get(i));
      }
    }
    try {
      Report report = Report.open(request, line -> err.append(line).append('\n'));
      if (units != null && SizeUnits.of(units) == null) {
        err.append("Invalid --units argument.\n");
        return 1;
      }
      for (int round = 0; round < rounds; round++) {
        if (round > 0) {
          out.append('\n');
        }
        if (!add(report, new SplitNameRow(subsystem, name), err)) {
          return 1;
        }
        report.print(line -> out.append(line).append('\n'));
      }
      return 0;
    } catch (ReportException e) {
      return 1;
    }
  }

  private static boolean add(Report report, Row row, StringBuilder err) {
    try {
      report.add(row);
      return true;
    } catch (ReportException e) {
      err.append("Command failed.\n");
      return false;
    }
  }
}
