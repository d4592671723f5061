package org.jdmsetup.tables.text;

/**
 * Devices in one line, as {@code dmsetup create --concise} reads them: five fields (name, UUID,
 * minor, flags, table) separated by commas, devices separated by semicolons, the table's rules
 * separated by further commas. A backslash takes the meaning from what follows it. Blanks after a
 * semicolon and after each of the first four commas do not count.
 *
 * <p>Reads one device at a time: those before a mistake are good.
 */
public final class ConciseText {
  private static final int FIELDS = 5;

  private final String text;
  private int next;

  /**
   * @param text byte text
   */
  public ConciseText(String text) {
    this.text = text;
  }

  /** The next device; null when there are no more. */
  public ConciseDevice next() throws ConciseSyntaxException {
    if (next == text.length()) {
      return null;
    }
    StringBuilder[] fields = new StringBuilder[FIELDS];
    int field = 0;
    fields[0] = new StringBuilder();
    while (next < text.length()) {
      char c = text.charAt(next++);
      if (c == ';') {
        skipBlanks();
        break;
      } else if (c == ',' && field < FIELDS - 1) {
        fields[++field] = new StringBuilder();
        skipBlanks();
        if (next == text.length()) {
          throw new ConciseSyntaxException(
              "Incomplete entry: five comma-separated fields are required for each device\n"
                  + parsed(fields, field));
        }
      } else if (c == ',') {
        fields[field].append('\n');
      } else if (c != '\\') {
        fields[field].append(c);
      } else if (next < text.length()) {
        fields[field].append(text.charAt(next++));
      } else {
        throw new ConciseSyntaxException(
            "Backslash must be followed by another character at end of string.\n"
                + parsed(fields, field));
      }
    }
    if (field < FIELDS - 1) {
      throw new ConciseSyntaxException(
          "Five comma-separated fields are required for each device\n" + parsed(fields, field));
    }
    return new ConciseDevice(
        fields[0].toString(),
        fields[1].toString(),
        fields[2].toString(),
        fields[3].toString(),
        fields[4].toString());
  }

  /** A field as it must be written; rules are to be joined by commas afterwards. */
  public static String escape(String field) {
    StringBuilder escaped = null;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == ',' || c == ';' || c == '\\') {
        if (escaped == null) {
          escaped = new StringBuilder().append(field, 0, i);
        }
        escaped.append('\\');
      }
      if (escaped != null) {
        escaped.append(c);
      }
    }
    return escaped == null ? field : escaped.toString();
  }

  private void skipBlanks() {
    next = CText.afterSpace(text, next);
  }

  private static String parsed(StringBuilder[] fields, int last) {
    return "Parsed "
        + (last + 1)
        + " fields: name: "
        + shown(fields[0])
        + " uuid: "
        + shown(fields[1])
        + " minor: "
        + shown(fields[2])
        + " flags: "
        + shown(fields[3])
        + " table: "
        + shown(fields[4]);
  }

  private static String shown(StringBuilder field) {
    return field == null ? "(null)" : field.toString();
  }
}
