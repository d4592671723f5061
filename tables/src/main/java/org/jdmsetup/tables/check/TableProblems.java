package org.jdmsetup.tables.check;

import java.util.List;
import java.util.Optional;
import org.jdmsetup.tables.parameters.TargetParams;
import org.jdmsetup.tables.text.ParsedTable;
import org.jdmsetup.tables.text.Position;

/**
 * What a kernel would refuse in a table that was read, as far as one can tell without devices and
 * whatever target types the kernel has.
 */
public final class TableProblems {

  private TableProblems() {}

  /** The rules as the text has them. */
  private record Typed(ParsedTable table) implements RuleWords {
    @Override
    public Position position(int rule, int word) {
      return table.position(rule, word);
    }

    @Override
    public String word(int rule, int word) {
      return table.word(rule, word);
    }
  }

  /**
   * All problems; the first is the one that a kernel would meet first. A table without rules has
   * none: dmsetup creates a device without a table from it.
   */
  public static List<Problem> of(ParsedTable table) {
    return checked(table).problems();
  }

  /**
   * The problem for which every kernel refuses this table, if there is one and nothing else can go
   * wrong before the kernel meets it: all devices of the rules before open, and nothing but
   * understood targets stands there.
   */
  public static Optional<Problem> refusal(ParsedTable table, DeviceProbe probe) {
    RuleChecks checks = checked(table);
    List<Problem> problems = checks.problems();
    if (problems.isEmpty() || !problems.get(0).certain()) {
      return Optional.empty();
    }
    Problem first = problems.get(0);
    BeforeProblem before = checks.before(first);
    boolean reached = before.isUnderstood() && before.devices().stream().allMatch(probe::opens);
    return reached ? Optional.of(first) : Optional.empty();
  }

  private static RuleChecks checked(ParsedTable table) {
    RuleChecks checks =
        new RuleChecks(
            table.rules(), new Typed(table), TargetParams::parseTyped, type -> true, false);
    checks.checkCount();
    for (int i = 0; i < table.rules().size(); i++) {
      checks.check(i);
    }
    return checks;
  }
}
