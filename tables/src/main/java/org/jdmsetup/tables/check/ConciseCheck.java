package org.jdmsetup.tables.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.tables.text.CText;
import org.jdmsetup.tables.text.ConciseText;
import org.jdmsetup.tables.text.Mistyped;
import org.jdmsetup.tables.text.NumberWord;
import org.jdmsetup.tables.text.Position;
import org.jdmsetup.tables.text.Quotation;

/**
 * Everything that is wrong with a concise text ({@link ConciseText}) as far as the text alone can
 * tell: in its devices, in their tables, and between devices that cannot both be.
 */
public final class ConciseCheck {
  private static final String[] FIELDS = {"name", "UUID", "minor", "flags", "table"};
  private static final int NAME = 0;
  private static final int UUID = 1;
  private static final int MINOR = 2;
  private static final int FLAGS = 3;
  private static final int TABLE = 4;

  private static final int LONGEST_NAME = 127;
  private static final int LONGEST_UUID = 128;
  private static final int LARGEST_MINOR = (1 << 20) - 1;

  private final String text;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Map<String, Integer>> taken = new ArrayList<>();
  private int next;

  private ConciseCheck(String text) {
    this.text = text;
    for (int i = NAME; i <= MINOR; i++) {
      taken.add(new HashMap<>());
    }
  }

  /** A field without its escapes, and where each of its chars stands in the text. */
  private static final class Field {
    final StringBuilder value = new StringBuilder();
    int[] places = new int[16];
    int end;

    void add(char c, int place) {
      if (value.length() == places.length) {
        places = Arrays.copyOf(places, 2 * places.length);
      }
      places[value.length()] = place;
      value.append(c);
    }

    int place(int index) {
      return index < value.length() ? places[index] : end;
    }
  }

  /** Checks a text of any length; the findings are in the devices' order. */
  public static List<Finding> of(String text) {
    ConciseCheck check = new ConciseCheck(text);
    for (int device = 1; check.next < text.length(); device++) {
      check.device(device);
    }
    return check.findings;
  }

  /**
   * Whether a text is rather meant to be concise than to be a table: its first line begins with no
   * number, and has a comma.
   */
  public static boolean looksConcise(String text) {
    for (String line : text.split("\n", -1)) {
      String trimmed = line.strip();
      if (!trimmed.isEmpty() && trimmed.charAt(0) != '#') {
        String first = trimmed.split("[ \t,]", 2)[0];
        boolean number = isNumber(first);
        return trimmed.indexOf(',') >= 0 && !(number && trimmed.charAt(first.length()) != ',');
      }
    }
    return false;
  }

  private void device(int device) {
    int begin = next;
    Field[] fields = new Field[FIELDS.length];
    int last = 0;
    fields[0] = new Field();
    while (next < text.length()) {
      int place = next;
      char c = text.charAt(next++);
      if (c == ';') {
        fields[last].end = place;
        skipBlanks();
        break;
      } else if (c == ',' && last < TABLE) {
        fields[last].end = place;
        fields[++last] = new Field();
        skipBlanks();
      } else if (c == ',') {
        fields[last].add('\n', place);
      } else if (c != '\\') {
        fields[last].add(c, place);
      } else if (next < text.length()) {
        fields[last].add(text.charAt(next++), place);
      } else {
        find(place, "a backslash at the end", "another char after it");
      }
      fields[last].end = next;
    }
    if (last < TABLE || begin == fields[last].end) {
      find(
          begin,
          "a device of " + (last + 1) + (last == 0 ? " field" : " fields"),
          "five, separated by commas: name, uuid, minor, flags, table");
      return;
    }
    for (int i = NAME; i <= MINOR; i++) {
      checkUnique(i, fields[i], device);
    }
    checkName(fields[NAME]);
    checkNumbersAndFlags(fields);
    checkTable(fields[TABLE]);
  }

  private void checkUnique(int field, Field given, int device) {
    String value = given.value.toString();
    Integer other = value.isEmpty() ? null : taken.get(field).putIfAbsent(value, device);
    if (other != null) {
      find(
          given.place(0),
          FIELDS[field] + " " + Quotation.of(value),
          "another than that of device " + other);
    }
  }

  private void checkName(Field name) {
    if (name.value.length() == 0) {
      find(name.place(0), "no name", "a name");
    } else if (name.value.indexOf("/") >= 0) {
      find(
          name.place(name.value.indexOf("/")),
          "name " + Quotation.of(name.value.toString()),
          "one without '/'");
    } else if (name.value.length() > LONGEST_NAME) {
      String found = "a name of " + name.value.length() + " bytes";
      find(name.place(0), found, "at most " + LONGEST_NAME);
    }
  }

  private void checkNumbersAndFlags(Field[] fields) {
    if (fields[UUID].value.length() > LONGEST_UUID) {
      String found = "a UUID of " + fields[UUID].value.length() + " bytes";
      find(fields[UUID].place(0), found, "at most " + LONGEST_UUID);
    }
    String minor = fields[MINOR].value.toString();
    boolean fits =
        isNumber(minor) && minor.length() < 10 && Integer.parseInt(minor) <= LARGEST_MINOR;
    if (!minor.isEmpty() && !fits) {
      find(
          fields[MINOR].place(0),
          "minor " + Quotation.of(minor),
          "a number of at most " + LARGEST_MINOR + ", or nothing" + Mistyped.advice(minor));
    }
    String flags = fields[FLAGS].value.toString();
    if (!flags.isEmpty() && !flags.equals("ro") && !flags.equals("rw")) {
      find(fields[FLAGS].place(0), "flags " + Quotation.of(flags), "'ro', 'rw' or nothing");
    }
  }

  private void checkTable(Field table) {
    String rules = table.value.toString();
    int lineStart = 0;
    int line = 1;
    for (Finding finding : TableCheck.of(rules)) {
      for (; line < finding.position().line(); line++) {
        lineStart = rules.indexOf('\n', lineStart) + 1;
      }
      int index = lineStart + finding.position().column() - 1;
      find(table.place(index), finding.found(), finding.expected());
    }
  }

  private void find(int offset, String found, String expected) {
    int line = 1;
    int lineStart = 0;
    for (int i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
      line++;
      lineStart = i + 1;
    }
    findings.add(new Finding(new Position(line, offset - lineStart + 1), found, expected));
  }

  private static boolean isNumber(String word) {
    int digits = 0;
    while (digits < word.length() && NumberWord.isDigit(word.charAt(digits))) {
      digits++;
    }
    return digits > 0 && digits == word.length();
  }

  private void skipBlanks() {
    next = CText.afterSpace(text, next);
  }
}
