package org.jdmsetup.tables.check;

import java.util.List;
import java.util.function.Predicate;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.TargetFeature;
import org.jdmsetup.tables.parameters.TargetParams;
import org.jdmsetup.tables.text.Position;
import org.jdmsetup.tables.text.Words;

/**
 * A valid table: the rules cover the sectors from 0 to its end without gap or overlap, and their
 * parameters are understood. Immutable; any thread may look sectors up.
 */
public final class MappingTable {

  private final Rule[] rules;
  private final TargetParams[] params;

  /** First sector of each rule, in ascending order. */
  private final long[] startSectors;

  private final Sectors length;

  private MappingTable(Rule[] rules, TargetParams[] params) {
    this.rules = rules;
    this.params = params;
    startSectors = new long[rules.length];
    for (int i = 0; i < rules.length; i++) {
      startSectors[i] = rules[i].start().count();
    }
    length = rules[rules.length - 1].end();
  }

  /**
   * Checks rules as a kernel that knows every type does.
   *
   * @throws InvalidTableException with the problem that a kernel would meet first; its lines are
   *     the rules, its columns those of {@link Rule#toString}
   */
  public static MappingTable of(List<Rule> rules) throws InvalidTableException {
    return of(rules, type -> true, false);
  }

  /**
   * Checks rules as a kernel does.
   *
   * @param known whether a target type exists
   * @param readOnly whether the table is to be read-only
   * @throws InvalidTableException as {@link #of(List)}
   */
  public static MappingTable of(List<Rule> rules, Predicate<String> known, boolean readOnly)
      throws InvalidTableException {
    if (rules.isEmpty()) {
      Problem problem =
          new Problem(
              -1,
              new Position(1, 1),
              "populate_table: no targets specified",
              "a table without rules",
              "at least one rule",
              Errno.EINVAL,
              true);
      throw new InvalidTableException(problem, List.of());
    }
    RuleChecks checks =
        new RuleChecks(rules, new Printed(rules), TargetParams::parse, known, readOnly);
    checks.checkCount();
    List<Problem> problems = checks.problems();
    TargetParams[] params = new TargetParams[rules.size()];
    for (int i = 0; i < params.length && problems.isEmpty(); i++) {
      params[i] = checks.check(i);
    }
    if (!problems.isEmpty()) {
      throw new InvalidTableException(
          problems.get(0), List.copyOf(checks.before(problems.get(0)).devices()));
    }
    return new MappingTable(rules.toArray(new Rule[0]), params);
  }

  /** Rules as {@link Rule#toString} prints them, a line each. */
  private record Printed(List<Rule> rules) implements RuleWords {
    @Override
    public Position position(int rule, int word) {
      int column = 1;
      for (int before = 0; before < Math.min(word, 3); before++) {
        column += word(rule, before).length() + 1;
      }
      if (word > 2) {
        column += Words.of(rules.get(rule).params()).column(word - 3) - 1;
      }
      return new Position(rule + 1, column);
    }

    @Override
    public String word(int rule, int word) {
      Rule at = rules.get(rule);
      return switch (word) {
        case 0 -> at.start().toString();
        case 1 -> at.length().toString();
        case 2 -> at.type();
        default -> Words.of(at.params()).getOrEmpty(word - 3);
      };
    }
  }

  /** How many rules there are, at least one. */
  public int size() {
    return rules.length;
  }

  /** A rule by its index, from 0. */
  public Rule rule(int index) {
    return rules[index];
  }

  /**
   * The type of the table's rules when that is one that gives way to no other ({@link
   * TargetFeature#IMMUTABLE}); else null.
   */
  public String immutableType() {
    String type = rules[0].type();
    return TargetFeature.IMMUTABLE.of(type) ? type : null;
  }

  /** Whether a rule's type may take the place of an immutable one. */
  public boolean hasWildcard() {
    for (Rule rule : rules) {
      if (TargetFeature.WILDCARD.of(rule.type())) {
        return true;
      }
    }
    return false;
  }

  /** The parameters of a rule. */
  public TargetParams params(int index) {
    return params[index];
  }

  /** Sectors of the whole table, at most (2<sup>63</sup>-1) / 512. */
  public Sectors length() {
    return length;
  }

  /**
   * Index of the rule that holds a sector, -1 if the sector lies outside the table. Takes
   * logarithmic time and allocates nothing.
   */
  public int find(long sector) {
    if (sector < 0 || sector >= length.count()) {
      return -1;
    }
    int low = 0;
    int high = startSectors.length;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (startSectors[middle] <= sector) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
