package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.cli.report.ReportRequest;

/** One command word: what it takes, and what it does. */
abstract class Command {
  static final int ANY = Integer.MAX_VALUE;

  /** Fewest operands. */
  int least() {
    return 0;
  }

  /** Most operands; {@link #ANY} for no limit. */
  int most() {
    return 0;
  }

  /** Whether it may run with these operands. */
  boolean takes(List<String> operands) {
    return operands.size() >= least() && operands.size() <= most();
  }

  /** Whether each operand is a run of its own. */
  boolean repeats() {
    return false;
  }

  /** Whether {@code -S} chooses the devices to run on. */
  boolean takesSelection() {
    return false;
  }

  /** Whether its output is a column report even without {@code -c}. */
  boolean isReport() {
    return false;
  }

  /** Whether {@code --sort} makes sense with {@code -c}. */
  boolean isSortable() {
    return true;
  }

  /** Its column report, without the options of the command line. */
  ReportRequest request() {
    return ReportRequest.ofInfo();
  }

  /**
   * Runs once.
   *
   * @param operands without the command word; at most one if the command {@linkplain #repeats
   *     repeats}
   * @return false when it failed, with everything that dmsetup says already printed
   */
  abstract boolean run(Session session, List<String> operands);

  /** Whether a failure ends with dmsetup's line that the command failed. */
  boolean saysThatItFailed() {
    return true;
  }

  /** Comes after the last run of an invocation, even after one that failed. */
  void end(Session session) {}
}
