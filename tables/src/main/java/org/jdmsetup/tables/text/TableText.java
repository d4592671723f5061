package org.jdmsetup.tables.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Rule;

/**
 * Reads the text of a table as dmsetup 1.02.185 does, bytes for bytes ({@link ByteText}).
 *
 * <p>A line is {@code START LENGTH TYPE [PARAMS]}. White space around it, empty lines and lines
 * that begin with {@code #} are skipped; a {@code #} within the parameters ends them. The numbers
 * are read as C's {@code %llu} reads them: a sign is allowed and {@code -1} is 2<sup>64</sup>-1,
 * too large a number is 2<sup>64</sup>-1, and the conversion stops at the first char that is no
 * digit, so {@code 0 0x10 zero} is a rule of length 0 and type {@code x10}. Nothing here judges
 * what the numbers mean. A NUL byte ends its line.
 */
public final class TableText {

  private TableText() {}

  /**
   * Reads a text of any length.
   *
   * @throws TableSyntaxException for the first line that has fewer than three items or a type of
   *     more than 15 bytes
   */
  public static ParsedTable parse(String text, TableSource source) throws TableSyntaxException {
    List<Rule> rules = new ArrayList<>();
    int[] lines = new int[16];
    int[] offsets = new int[16];
    LineReader reader = new LineReader(text, source);
    int line = 1;
    for (int from = 0; from < text.length(); line++) {
      int newline = text.indexOf('\n', from);
      int to = newline < 0 ? text.length() : newline;
      Rule rule = reader.read(line, from, to);
      if (rule != null) {
        if (rules.size() == lines.length) {
          lines = Arrays.copyOf(lines, 2 * lines.length);
          offsets = Arrays.copyOf(offsets, 2 * offsets.length);
        }
        lines[rules.size()] = line;
        offsets[rules.size()] = reader.ruleOffset();
        rules.add(rule);
      }
      from = to + 1;
    }
    return new ParsedTable(
        text, rules, Arrays.copyOf(lines, rules.size()), Arrays.copyOf(offsets, rules.size()));
  }
}
