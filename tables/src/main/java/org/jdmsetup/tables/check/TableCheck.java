package org.jdmsetup.tables.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.text.LineReader;
import org.jdmsetup.tables.text.ParsedTable;
import org.jdmsetup.tables.text.Position;
import org.jdmsetup.tables.text.TableSource;
import org.jdmsetup.tables.text.TableSyntaxException;
import org.jdmsetup.tables.text.TableText;

/**
 * Everything that is wrong with a table's text as far as the text alone can tell. Where {@link
 * TableText} stops at the first line that it cannot read, this goes on.
 *
 * <p>A target type that no kernel has is only then a finding when it is nearly one that kernels
 * have: there are others than those.
 */
public final class TableCheck {

  private static final String GAP = "Gap in table";

  private final List<Finding> findings = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private int[] lines = new int[16];
  private int[] offsets = new int[16];

  /** Whether a line that nobody can read stands right before a rule. */
  private boolean[] afterUnreadable = new boolean[16];

  private TableCheck() {}

  /**
   * Checks a text of any length.
   *
   * @return in the order of their positions; a text without rules has none
   */
  public static List<Finding> of(String text) {
    TableCheck check = new TableCheck();
    check.read(text);
    check.judge(text);
    check.findings.sort(
        Comparator.comparing(
            Finding::position,
            Comparator.comparingInt(Position::line).thenComparingInt(Position::column)));
    return check.findings;
  }

  private void read(String text) {
    LineReader reader = new LineReader(text, TableSource.OPTION);
    boolean unreadable = false;
    int line = 1;
    for (int from = 0; from < text.length(); line++) {
      int newline = text.indexOf('\n', from);
      int to = newline < 0 ? text.length() : newline;
      try {
        Rule rule = reader.read(line, from, to);
        if (rule != null) {
          add(rule, line, reader.ruleOffset(), unreadable);
          unreadable = false;
        }
      } catch (TableSyntaxException e) {
        findings.add(new Finding(e.position(), e.found(), e.expected()));
        unreadable = true;
      }
      from = to + 1;
    }
  }

  private void add(Rule rule, int line, int offset, boolean unreadable) {
    int index = rules.size();
    if (index == lines.length) {
      lines = Arrays.copyOf(lines, 2 * index);
      offsets = Arrays.copyOf(offsets, 2 * index);
      afterUnreadable = Arrays.copyOf(afterUnreadable, 2 * index);
    }
    lines[index] = line;
    offsets[index] = offset;
    afterUnreadable[index] = unreadable;
    rules.add(rule);
  }

  private void judge(String text) {
    ParsedTable table = new ParsedTable(text, rules, lines, offsets);
    for (Problem problem : TableProblems.of(table)) {
      // where the lines before cannot be read, nobody knows where a rule should start
      boolean guess =
          problem.rule() >= 0
              && afterUnreadable[problem.rule()]
              && problem.kernelText().equals(GAP);
      if (!guess) {
        findings.add(new Finding(problem.position(), problem.found(), problem.expected()));
      }
    }
  }
}
