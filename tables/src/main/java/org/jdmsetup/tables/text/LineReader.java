package org.jdmsetup.tables.text;

import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;

/** Reads one line of a table's text after another; {@link TableText} describes the grammar. */
public final class LineReader {

  /** Bytes of a target's name that fit into a {@code dm_target_spec}, with the NUL. */
  private static final int TYPE_BUFFER = 16;

  private static final String START = "a start sector";

  /** For whoever sees a rule for the first time. */
  private static final String SHAPE =
      "START LENGTH TYPE PARAMETERS, as in '0 2048 linear /dev/sdb 0'";

  private final String text;
  private final TableSource source;

  private int line;
  private int lineStart;
  private int ruleOffset;
  private int lengthOffset;
  private int typeOffset;
  private int at;
  private int end;
  private String lastType = "";

  public LineReader(String text, TableSource source) {
    this.text = text;
    this.source = source;
  }

  /** Reads a line; null if it holds no rule. */
  public Rule read(int lineNumber, int from, int to) throws TableSyntaxException {
    line = lineNumber;
    lineStart = from;
    int nul = indexOf('\0', from, to);
    end = nul < 0 ? to : nul;
    at = from;
    while (end > at && CText.isSpace(text.charAt(end - 1))) {
      end--;
    }
    skipSpace();
    if (at == end || text.charAt(at) == '#') {
      return null;
    }
    ruleOffset = at;
    Sectors start = sectors(START);
    skipSpace();
    lengthOffset = at;
    Sectors length = sectors("a length in sectors");
    skipSpace();
    typeOffset = at;
    String type = type();
    skipSpace();
    int comment = indexOf('#', at, end);
    return new Rule(start, length, type, text.substring(at, comment < 0 ? end : comment));
  }

  /** Where the first word of the rule that was read last begins in the text. */
  public int ruleOffset() {
    return ruleOffset;
  }

  private Sectors sectors(String expected) throws TableSyntaxException {
    int from = at;
    boolean negative = at < end && text.charAt(at) == '-';
    if (negative || at < end && text.charAt(at) == '+') {
      at++;
    }
    int digits = at;
    while (at < end && NumberWord.isDigit(text.charAt(at))) {
      at++;
    }
    if (at == digits) {
      at = from;
      throw invalidFormat(expected);
    }
    if (!NumberWord.fits(text, digits, at, -1L)) {
      return new Sectors(-1);
    }
    long value = NumberWord.value(text, digits, at);
    return new Sectors(negative ? -value : value);
  }

  private String type() throws TableSyntaxException {
    int from = at;
    while (at < end && !CText.isSpace(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw invalidFormat("a target type");
    }
    if (at - from >= TYPE_BUFFER) {
      String type = text.substring(from, at);
      throw new TableSyntaxException(
          "Target type name " + type + " is too long.",
          new Position(line, from - lineStart + 1),
          "target type " + Quotation.of(type) + " of " + type.length() + " bytes",
          "at most " + (TYPE_BUFFER - 1) + " bytes" + Mistyped.advice(type));
    }
    if (lastType.length() != at - from || !text.startsWith(lastType, from)) {
      lastType = text.substring(from, at);
    }
    return lastType;
  }

  private TableSyntaxException invalidFormat(String expected) {
    // the whole word, of which some may have been read as a number already
    while (at < end && at > ruleOffset && !CText.isSpace(text.charAt(at - 1))) {
      at--;
    }
    String word = word(at);
    String advice = Mistyped.advice(word);
    return new TableSyntaxException(
        "Invalid format on line " + line + " of table " + source.label() + ".",
        new Position(line, at - lineStart + 1),
        at == end ? "the line ends" : Quotation.of(word),
        (at == ruleOffset ? START : expected)
            + (advice.isEmpty() ? "; a rule is " + SHAPE : advice));
  }

  /** The word from an index on. */
  private String word(int from) {
    int to = from;
    while (to < end && !CText.isSpace(text.charAt(to))) {
      to++;
    }
    return text.substring(from, to);
  }

  private void skipSpace() {
    while (at < end && CText.isSpace(text.charAt(at))) {
      at++;
    }
  }

  /** {@code String.indexOf} with an end, which JDK 17 has not; -1 if it is not there. */
  private int indexOf(char c, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) == c) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Where a word of a line that has been read before stands: 0 is the start, 1 the length, 2 the
   * type, then the words of the parameters.
   */
  Position position(int lineNumber, int offset, int word) {
    Rule rule = readAgain(lineNumber, offset);
    int params = at;
    int column = word < 3 ? offset(word) : params + Words.typed(rule.params()).column(word - 3) - 1;
    return new Position(lineNumber, column - lineStart + 1);
  }

  /** Such a word as it stands, up to the blanks around it; empty if it is not there. */
  String word(int lineNumber, int offset, int word) {
    Rule rule = readAgain(lineNumber, offset);
    return word < 3 ? word(offset(word)) : Words.typed(rule.params()).getOrEmpty(word - 3);
  }

  private int offset(int word) {
    return word == 0 ? ruleOffset : word == 1 ? lengthOffset : typeOffset;
  }

  private Rule readAgain(int lineNumber, int offset) {
    int newline = text.indexOf('\n', offset);
    try {
      return read(
          lineNumber, text.lastIndexOf('\n', offset) + 1, newline < 0 ? text.length() : newline);
    } catch (TableSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
