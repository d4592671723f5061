package org.jdmsetup.it.cases;

import java.util.List;
import java.util.Optional;
import org.jdmsetup.cli.Explanations;
import org.jdmsetup.testing.Programs;

/**
 * Compares what a case did in two orders of the tools: standard output and exit status must be the
 * same; what the C tool writes on standard error must be how ours begins, since our reasons follow
 * it, but for {@link Explanations}.
 */
public final class CaseComparison {
  /**
   * Note: the case is about the kernel's device mapper and is not run in the engine; the text says
   * why.
   */
  public static final String KERNEL = "kernel-only";

  /** Note: environment variables of the case, {@code NAME=VALUE} separated by blanks. */
  static final String ENV = "env";

  /**
   * Note: the commands do not change what a later one finds, or only to have something to show; the
   * tools need not take turns.
   */
  static final String READS = "reads";

  /** Note: standard error is not compared; the text says why. */
  static final String STDERR_DIFFERS = "stderr-differs";

  /** Note: our dmsetup says the reason of each failure after what the C tool says. */
  static final String REASONED = "reasoned";

  private final CommandCase commandCase;

  public CaseComparison(CommandCase commandCase) {
    this.commandCase = commandCase;
  }

  /** The first difference, told so that one need not look elsewhere; empty if there is none. */
  public Optional<String> difference(List<Programs.Result> expected, List<Programs.Result> actual) {
    List<CommandCase.Step> steps = commandCase.recorded();
    for (int i = 0; i < steps.size(); i++) {
      if (i >= expected.size() || i >= actual.size()) {
        return Optional.of("not run: " + steps.get(i).line());
      }
      String difference = difference(expected.get(i), actual.get(i));
      if (!difference.isEmpty()) {
        StringBuilder story = new StringBuilder(commandCase.id()).append('\n');
        for (CommandCase.Step step : steps.subList(0, i + 1)) {
          story.append("  ").append(step.line()).append('\n');
          step.input().lines().forEach(line -> story.append("  < ").append(line).append('\n'));
        }
        return Optional.of(story.append(difference).toString());
      }
    }
    return Optional.empty();
  }

  /**
   * The first failure of which ours does not say the reason although it should; empty if there is
   * none.
   */
  public Optional<String> unexplained(List<Programs.Result> expected, List<Programs.Result> ours) {
    if (commandCase.note(REASONED).isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < ours.size(); i++) {
      String said = Explanations.leftOut(ours.get(i).err());
      if (ours.get(i).status() != 0 && said.equals(Explanations.leftOut(expected.get(i).err()))) {
        return Optional.of(
            commandCase.id()
                + "\n  "
                + commandCase.recorded().get(i).line()
                + "\nno reason after\n"
                + shown(ours.get(i).err()));
      }
    }
    return Optional.empty();
  }

  private String difference(Programs.Result expected, Programs.Result actual) {
    StringBuilder text = new StringBuilder();
    if (expected.status() != actual.status()) {
      text.append(
          "exit status: expected %d, was %d\n".formatted(expected.status(), actual.status()));
    }
    String out = expected.out();
    if (!out.equals(actual.out())) {
      text.append("standard output: expected\n").append(shown(out));
      text.append("but was\n").append(shown(actual.out()));
    }
    String err = Explanations.leftOut(expected.err());
    if (commandCase.note(STDERR_DIFFERS).isEmpty()
        && !Explanations.leftOut(actual.err()).startsWith(err)) {
      text.append("standard error: expected to begin with\n").append(shown(err));
    }
    if (!text.isEmpty()) {
      text.append("standard error was\n").append(shown(actual.err()));
    }
    return text.toString();
  }

  private static String shown(String text) {
    if (text.isEmpty()) {
      return "    (nothing)\n";
    }
    StringBuilder shown = new StringBuilder();
    text.lines().forEach(line -> shown.append("    |").append(line).append("|\n"));
    return shown + (text.endsWith("\n") ? "" : "    (no newline at the end)\n");
  }
}
