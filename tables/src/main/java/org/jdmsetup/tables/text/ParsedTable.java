package org.jdmsetup.tables.text;

import java.util.List;
import java.util.Optional;
import org.jdmsetup.tables.Rule;

/**
 * A table as it was read: its rules, and where each word stood. Reading does not judge; {@code
 * check.TableProblems} says what a kernel would refuse. Immutable.
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

  /**
   * A word of a rule as it was typed, up to the blanks around it; empty if it is not there.
   *
   * @param rule index, from 0
   * @param word as for {@link #position}
   */
  public String word(int rule, int word) {
    return new LineReader(text, TableSource.OPTION).word(lines[rule], offsets[rule], word);
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
}
