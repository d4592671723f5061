package org.jdmsetup.cli.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.ioctl.system.Terminal;

/**
 * What an invocation says on the standard error. The lines of dmsetup and of its library come as
 * they are. What only we say begins with {@code dmsetup:} and comes after them: reasons once a
 * command has failed, remarks once it has ended.
 */
public final class StandardError implements Consumer<String> {
  private static final String ABORT = "DM_ABORT_ON_INTERNAL_ERRORS";

  private final Output err;
  private final Map<String, String> environment;
  private final List<String> reasons = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  StandardError(Output err, Map<String, String> environment) {
    this.err = err;
    this.environment = environment;
  }

  /** Prints a line of dmsetup or of its library. */
  @Override
  public void accept(String line) {
    err.line(line);
  }

  /** Prints a usage text. */
  public void usage(String text) {
    err.print(text);
    err.flush();
  }

  /** Prints an internal error, which ends the process if the environment asks for that. */
  public void internalError(String text) {
    err.print("Internal error: ").line(text);
    String abort = environment.get(ABORT);
    if (abort != null && !abort.equals("0")) {
      throw new AbortedException();
    }
  }

  /** Prints, at once, something that dmsetup would not say. */
  public void note(String text) {
    err.print("dmsetup: ").line(text);
  }

  /** Keeps a reason of a failure until {@link #printReasons}. */
  void reason(String reason) {
    reasons.add(reason);
  }

  /** Keeps what a user should know whether the command fails or not, until it has ended. */
  void remark(String remark) {
    remarks.add(remark);
  }

  /** Prints the reasons that were kept. */
  public void printReasons() {
    printAll(reasons);
  }

  /** Prints the remarks that were kept. */
  public void printRemarks() {
    printAll(remarks);
  }

  private void printAll(List<String> kept) {
    for (String text : kept) {
      note(text);
    }
    kept.clear();
  }

  /** Replaces the text of the terminal's current line; an empty text clears it. */
  public void progress(String text) {
    int columns = Terminal.errorColumns();
    boolean fits = columns == 0 || text.length() < columns;
    err.print("\r").print(fits ? text : text.substring(0, columns - 1)).print("\033[K");
    err.flush();
  }
}
