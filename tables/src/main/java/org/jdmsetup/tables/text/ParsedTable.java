package org.jdmsetup.tables.text;

import java.util.List;
import java.util.Optional;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.check.DeviceProbe;
import org.jdmsetup.tables.check.Problem;
import org.jdmsetup.tables.check.RuleChecks;
import org.jdmsetup.tables.parameters.TargetParams;

/**
 * A table as it was read: its rules, and where each word stood. Reading does not judge; {@link
 * #problems()} says what a kernel would refuse. Immutable.
 */
public final class ParsedTable {

  private final String text;
  private final List<Rule> rules;
  private final int[] lines;
  private final int[] offsets;

  /**
   * @param lines number of each rule's line
   * @param offsets where each rule's first word begins in the text
   */
  public ParsedTable(String text, List<Rule> rules, int[] lines, int[] offsets) {
    this.text = text;
    this.rules = List.copyOf(rules);
    this.lines = lines;
    this.offsets = offsets;
  }

  /** The rules in their order; may be empty. */
  public List<Rule> rules() {
    return rules;
  }

  /**
   * Where a word of a rule stands.
   *
   * @param rule index, from 0
   * @param word 0 for the start, 1 for the length, 2 for the type, then the parameters' {@link
   *     Words}; for a word that is not there, where it would begin
   */
  public Position position(int rule, int word) {
    return new LineReader(text, TableSource.OPTION).position(lines[rule], offsets[rule], word);
  }

  /** The rules as the text has them. */
  private final class Typed implements RuleChecks.Source {
    @Override
    public Position position(int rule, int word) {
      return ParsedTable.this.position(rule, word);
    }

    @Override
    public String word(int rule, int word) {
      return new LineReader(text, TableSource.OPTION).word(lines[rule], offsets[rule], word);
    }
  }

  /**
   * Something in the text that is hardly meant, though nothing forbids it: a line end typed as a
   * backslash and a letter, or a character that web pages put in the place of a plain one. For
   * whoever looks for the reason of a failure.
   */
  public Optional<String> oddity() {
    String strange = Mistyped.strange(text);
    return strange.isEmpty() ? Optional.empty() : Optional.of(strange);
  }

  /**
   * All that a kernel would refuse, as far as one can tell without devices and whatever target
   * types it has; the first is the one that it would meet first. A table without rules has no
   * problem: dmsetup creates a device without a table from it.
   */
  public List<Problem> problems() {
    return checked().problems();
  }

  /**
   * The problem for which every kernel refuses this table, if there is one and nothing else can go
   * wrong before the kernel meets it: all devices of the rules before open, and nothing but
   * understood targets stands there.
   */
  public Optional<Problem> refusal(DeviceProbe probe) {
    RuleChecks checks = checked();
    List<Problem> problems = checks.problems();
    if (problems.isEmpty() || !problems.get(0).certain()) {
      return Optional.empty();
    }
    Problem first = problems.get(0);
    boolean reached =
        checks.understoodBefore(first)
            && checks.devicesBefore(first).stream().allMatch(probe::opens);
    return reached ? Optional.of(first) : Optional.empty();
  }

  private RuleChecks checked() {
    RuleChecks checks =
        new RuleChecks(rules, new Typed(), TargetParams::parseTyped, type -> true, false);
    checks.checkCount();
    for (int i = 0; i < rules.size(); i++) {
      checks.check(i);
    }
    return checks;
  }
}
