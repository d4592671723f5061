package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.CText;

/**
 * Reads a selection.
 *
 * <pre>
 * or   := and { ("||" | "#") and }
 * and  := term { ("&amp;&amp;" | ",") term }
 * term := "!" "(" or ")" | "(" or ")" | field operator value
 * </pre>
 */
final class SelectionParser {
  /** Deeper parentheses than anybody writes, and shallow enough for any stack. */
  private static final int DEEPEST = 1000;

  private final String text;
  private final FieldNames names;
  private final Columns columns;
  private final Consumer<String> messages;
  private int position;
  private int depth;
  private boolean help;

  /**
   * @param text what was given; null for nothing
   * @param columns receives the fields that are compared
   */
  SelectionParser(String text, FieldNames names, Columns columns, Consumer<String> messages) {
    this.text = text == null ? "" : text;
    this.names = names;
    this.columns = columns;
    this.messages = messages;
  }

  /** Whether the selection was a request for help. */
  boolean helpAsked() {
    return help;
  }

  Selection parse() throws ReportException {
    if (text.isEmpty() || text.equalsIgnoreCase("all")) {
      return Selection.ALL;
    }
    if (text.equalsIgnoreCase("help") || text.equals("?")) {
      help = true;
      FieldList.printTyped(messages);
      FieldList.printSelection(messages);
      return Selection.ALL;
    }
    Selection selection = or();
    if (position < text.length()) {
      throw syntax(position, "Expecting logical operator");
    }
    return selection;
  }

  private Selection or() throws ReportException {
    List<Selection> terms = new ArrayList<>();
    do {
      terms.add(and());
    } while (skip("||") || skip("#"));
    return terms.size() == 1 ? terms.get(0) : new Selection.Or(terms);
  }

  private Selection and() throws ReportException {
    List<Selection> terms = new ArrayList<>();
    do {
      terms.add(term());
      skipBlanks();
    } while (skip("&&") || skip(","));
    return terms.size() == 1 ? terms.get(0) : new Selection.And(terms);
  }

  private Selection term() throws ReportException {
    skipBlanks();
    if (skip("!")) {
      String rest = rest();
      skipBlanks();
      if (!skip("(")) {
        throw failure("Syntax error: left parenthesis expected at '" + rest + "'");
      }
      Selection group = group();
      // as in dmsetup, where negating a negation changes nothing
      return group instanceof Selection.Not ? group : new Selection.Not(group);
    }
    return skip("(") ? group() : condition();
  }

  private Selection group() throws ReportException {
    if (++depth > DEEPEST) {
      throw failure("Selection syntax error: more than " + DEEPEST + " nested parentheses.");
    }
    Selection selection = or();
    if (!skip(")")) {
      throw failure("Syntax error: right parenthesis expected at '" + rest() + "'");
    }
    depth--;
    skipBlanks();
    return selection;
  }

  private Selection condition() throws ReportException {
    int start = position;
    Field field = field();
    Comparison comparison = comparison(start, field);
    skipBlanks();
    if (comparison.isRegex()) {
      return match(start, field, comparison);
    }
    switch (field.type()) {
      case NUMBER:
        return number(start, field, comparison);
      case SIZE:
        return size(start, field, comparison);
      default:
        String value = quoted(start, "\"'", "\"'", "string", field);
        return new Selection.Text(columns.indexOf(field), comparison, value);
    }
  }

  private Field field() throws ReportException {
    int start = position;
    while (position < text.length() && isNameByte(text.charAt(position))) {
      position++;
    }
    if (position == start) {
      throw syntax(start, "Expecting field name");
    }
    String name = text.substring(start, position);
    Field field = names.find(text, start, position);
    if (field == null) {
      FieldList.printTyped(messages);
      throw syntax(start, "Unrecognised selection field: " + name);
    }
    if (field.isHelp()) {
      FieldList.printTyped(messages);
      throw syntax(start, "Selection field is uncomparable: " + name + ".");
    }
    return field;
  }

  private Comparison comparison(int start, Field field) throws ReportException {
    int afterField = position;
    skipBlanks();
    Comparison comparison = Comparison.at(text, position);
    String complaint = null;
    if (comparison == null) {
      complaint = "Unrecognised comparison operator: " + text.substring(afterField);
    } else if (comparison.isTime()) {
      complaint = "Operator can be used only with time fields: " + text.substring(start);
    } else if (comparison.isOrder() && field.type() == FieldType.STRING) {
      complaint =
          "Operator can be used only with number, size, time or percent fields: "
              + text.substring(start);
    }
    if (complaint != null) {
      FieldList.printSelection(messages);
      throw syntax(start, complaint);
    }
    position += comparison.word().length();
    return comparison;
  }

  private Selection match(int start, Field field, Comparison comparison) throws ReportException {
    String expression = quoted(start, "\"'([{", "\"')]}", "regex", field);
    if (field.type() != FieldType.STRING) {
      throw failure("dm_report: incompatible comparison type for selection field " + field.id());
    }
    try {
      Regex regex = Regex.of(expression, messages);
      return new Selection.Match(columns.indexOf(field), comparison, regex);
    } catch (RegexSyntaxException e) {
      for (String complaint : e.complaints()) {
        messages.accept(complaint);
      }
      throw failure("dm_report: failed to create regex matcher for selection field " + field.id());
    }
  }

  private Selection number(int start, Field field, Comparison comparison) throws ReportException {
    String digits = digits(start, field);
    if (unit() != 0) {
      throw syntax(
          start,
          "Found size unit specifier but numeric value expected for selection field "
              + field.id()
              + ".");
    }
    if (position < text.length() && text.charAt(position) == '%') {
      throw syntax(
          start,
          "Found percent value but numeric value expected for selection field " + field.id() + ".");
    }
    int point = digits.indexOf('.');
    String whole = point < 0 ? digits : digits.substring(0, point);
    try {
      long number = whole.isEmpty() ? 0 : Long.parseUnsignedLong(whole);
      return new Selection.Number(columns.indexOf(field), comparison, number);
    } catch (NumberFormatException e) {
      throw failure(
          "Field selection value "
              + digits
              + " out of supported range for field "
              + field.id()
              + ".");
    }
  }

  private Selection size(int start, Field field, Comparison comparison) throws ReportException {
    String digits = digits(start, field);
    if (position < text.length() && text.charAt(position) == '%') {
      throw syntax(
          start,
          "Found percent value but size value expected for selection field " + field.id() + ".");
    }
    char unit = unit();
    if (unit == 0) {
      unit = 'm';
    } else {
      position++;
    }
    double value = digits.equals(".") ? 0 : Double.parseDouble(digits);
    double sectors = value * SizeUnits.bytesOf(unit) / Sectors.SIZE;
    return new Selection.Size(columns.indexOf(field), comparison, sectors);
  }

  /** Digits with at most one point among them. */
  private String digits(int start, Field field) throws ReportException {
    int first = position;
    boolean point = false;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '.' && !point) {
        point = true;
      } else if (c < '0' || c > '9') {
        break;
      }
      position++;
    }
    if (position == first) {
      throw syntax(start, "Failed to parse numeric value for selection field " + field.id() + ".");
    }
    return text.substring(first, position);
  }

  /** The unit letter that follows, or 0. */
  private char unit() {
    if (position < text.length() && SizeUnits.isUnit(text.charAt(position))) {
      return text.charAt(position);
    }
    return 0;
  }

  /**
   * A value between one of the openers and its closer, or a bare word. Of blanks only a space ends
   * a bare word; others count inside it, and at its end if nothing follows.
   */
  private String quoted(int start, String openers, String closers, String what, Field field)
      throws ReportException {
    int first = position;
    int kind = first < text.length() ? openers.indexOf(text.charAt(first)) : -1;
    if (kind >= 0) {
      int end = text.indexOf(closers.charAt(kind), first + 1);
      if (end < 0) {
        messages.accept("Missing end quote.");
        throw syntax(
            start, "Failed to parse " + what + " value for selection field " + field.id() + ".");
      }
      position = end + 1;
      skipBlanks();
      return text.substring(first + 1, end);
    }
    while (position < text.length() && !endsBareWord()) {
      position++;
    }
    if (first == text.length() && what.equals("regex")) {
      throw syntax(start, "Regular expression expected for selection field " + field.id());
    }
    int end = position;
    while (position < text.length() && end > first && CText.isSpace(text.charAt(end - 1))) {
      end--;
    }
    skipBlanks();
    return text.substring(first, end);
  }

  private boolean endsBareWord() {
    char c = text.charAt(position);
    return c == ' '
        || c == ','
        || c == '#'
        || c == ')'
        || text.startsWith("&&", position)
        || text.startsWith("||", position);
  }

  private boolean skip(String token) {
    if (text.startsWith(token, position)) {
      position += token.length();
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    position = CText.afterSpace(text, position);
  }

  private String rest() {
    return text.substring(position);
  }

  private ReportException syntax(int start, String complaint) {
    messages.accept(complaint);
    messages.accept("Selection syntax error at '" + text.substring(start) + "'.");
    messages.accept("Use 'help' for selection to get more help.");
    return new ReportException(complaint);
  }

  private ReportException failure(String complaint) {
    messages.accept(complaint);
    return new ReportException(complaint);
  }

  private static boolean isNameByte(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }
}
