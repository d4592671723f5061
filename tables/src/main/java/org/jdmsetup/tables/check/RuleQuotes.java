package org.jdmsetup.tables.check;

import java.util.List;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Mistyped;
import org.jdmsetup.tables.text.Quotation;

/**
 * How messages quote the words of a rule: a number as it was typed and how it was read, how a word
 * should rather be typed.
 */
final class RuleQuotes {

  private static final Sectors ONE = new Sectors(1);

  private final List<Rule> rules;
  private final RuleWords words;

  RuleQuotes(List<Rule> rules, RuleWords words) {
    this.rules = rules;
    this.words = words;
  }

  /** Whether a start or a length is a number with nothing before or behind it. */
  boolean isAsTyped(int index, int word) {
    return words.word(index, word).equals(number(index, word).toString());
  }

  /** A start or a length as it was typed, and how it was read where that is something else. */
  String typed(int index, int word) {
    String read = number(index, word).toString();
    String typed = words.word(index, word);
    if (typed.equals(read)) {
      return read;
    }
    String type = rules.get(index).type();
    boolean goesOn = word == 1 && typed.endsWith(type) && typed.length() > type.length();
    return Quotation.of(typed)
        + " (read as "
        + read
        + (goesOn ? " and target type " + Quotation.of(type) : "")
        + ")";
  }

  private Sectors number(int index, int word) {
    return word == 0 ? rules.get(index).start() : rules.get(index).length();
  }

  /** How a word should rather be typed; for a word of the parameters, or else one beside it. */
  String advice(int index, int word) {
    String advice = Mistyped.advice(words.word(index, word));
    for (int i = 3; advice.isEmpty() && word >= 3; i++) {
      String parameter = words.word(index, i);
      if (parameter.isEmpty()) {
        break;
      }
      advice = Mistyped.adviceOnEnds(parameter);
    }
    return advice;
  }

  /** A number of sectors with its unit. */
  static String sectors(Sectors count) {
    return count.equals(ONE) ? "1 sector" : count + " sectors";
  }
}
