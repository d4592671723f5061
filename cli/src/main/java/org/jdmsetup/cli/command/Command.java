package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.report.ReportRequest;
import org.jdmsetup.cli.session.Session;

/** One command word: what it takes, and what it does. */
public abstract class Command {
  static final int ANY = Integer.MAX_VALUE;

  /** Fewest operands. */
  int minOperands() {
    return 0;
  }

  /** Most operands; {@link #ANY} for no limit. */
  int maxOperands() {
    return 0;
  }

  /** Whether it may run with these operands. */
  public boolean takes(List<String> operands) {
    return operands.size() >= minOperands() && operands.size() <= maxOperands();
  }

  /** Whether each operand is a run of its own. */
  public boolean repeats() {
    return false;
  }

  /** Whether {@code -S} chooses the devices to run on. */
  public boolean takesSelection() {
    return false;
  }

  /** Whether its output is a column report even without {@code -c}. */
  public boolean isReport() {
    return false;
  }

  /** Whether {@code --sort} makes sense with {@code -c}. */
  public boolean isSortable() {
    return true;
  }

  /** Its column report, without the options of the command line. */
  public ReportRequest request() {
    return ReportRequest.ofInfo();
  }

  /**
   * Runs once.
   *
   * @param operands without the command word; at most one if the command {@linkplain #repeats
   *     repeats}
   * @return false when it failed, with everything that dmsetup says already printed
   */
  public abstract boolean run(Session session, List<String> operands);

  /** Whether a failure ends with dmsetup's line that the command failed. */
  public boolean saysThatItFailed() {
    return true;
  }

  /** Comes after the last run of an invocation, even after one that failed. */
  public void end(Session session) {}
}
