package org.jdmsetup.cli.report;

import java.util.BitSet;
import java.util.function.Consumer;

/**
 * A regular expression of selections: literals, {@code .}, classes, groups, {@code | * + ?}, and
 * {@code ^} and {@code $}, which are characters before the first and after the last byte: they can
 * be matched only once, and {@code .} and negated classes match them too. There are no intervals
 * and no references. {@code \n}, {@code \r} and {@code \t} are control characters, any other byte
 * after a backslash stands for itself.
 *
 * <p>Matching follows all alternatives at once, so its time is bounded by the text's length times
 * the expression's, whatever the expression.
 */
final class Regex {
  /**
   * The characters that {@code ^} and {@code $} match; a text's own bytes 2 and 3 pass for them.
   */
  static final char BEGIN = 2;

  static final char END = 3;

  private final RegexProgram program;

  private Regex(RegexProgram program) {
    this.program = program;
  }

  /**
   * Reads an expression (byte text).
   *
   * @param warnings receives complaints about an expression that works all the same
   */
  static Regex of(String expression, Consumer<String> warnings) throws RegexSyntaxException {
    RegexParser parser = new RegexParser(expression);
    RegexProgram program = parser.parse();
    parser.complaints().forEach(warnings);
    return new Regex(program);
  }

  /** Whether some part of a text (byte text) matches. */
  boolean matches(String text) {
    BitSet now = new BitSet(program.size());
    BitSet next = new BitSet(program.size());
    int[] stack = new int[program.size()];
    if (program.enter(0, now, stack)) {
      return true;
    }
    for (int i = -1; i <= text.length(); i++) {
      char c = i < 0 ? BEGIN : i == text.length() ? END : text.charAt(i);
      next.clear();
      for (int state = now.nextSetBit(0); state >= 0; state = now.nextSetBit(state + 1)) {
        if (program.takes(state, c) && program.enter(state + 1, next, stack)) {
          return true;
        }
      }
      BitSet swapped = now;
      now = next;
      next = swapped;
    }
    return false;
  }
}
