package org.jdmsetup.cli.report;

import java.util.function.Consumer;

/** The help texts of reports: which fields there are, and how selections are written. */
public final class FieldList {
  private static final Field[] FIELDS = Field.values();

  private static final String[] SELECTION = {
    "Selection operands",
    "------------------",
    "  field               - Reporting field.",
    "  number              - Non-negative integer value.",
    "  size                - Floating point value with units, 'm' unit used by default if not specified.",
    "  percent             - Non-negative integer with or without % suffix.",
    "  string              - Characters quoted by ' or \" or unquoted.",
    "  string list         - Strings enclosed by [ ] or { } and elements delimited by either",
    "                        \"all items must match\" or \"at least one item must match\" operator.",
    "  regular expression  - Characters quoted by ' or \" or unquoted.",
    " ",
    "Selection operators",
    "-------------------",
    "  Comparison operators:",
    "        =~  - Matching regular expression. [regex]",
    "        !~  - Not matching regular expression. [regex]",
    "         =  - Equal to. [number, size, percent, string, string list, time]",
    "        !=  - Not equal to. [number, size, percent, string, string_list, time]",
    "        >=  - Greater than or equal to. [number, size, percent, time]",
    "         >  - Greater than. [number, size, percent, time]",
    "        <=  - Less than or equal to. [number, size, percent, time]",
    "         <  - Less than. [number, size, percent, time]",
    "     since  - Since specified time (same as '>='). [time]",
    "     after  - After specified time (same as '>'). [time]",
    "     until  - Until specified time (same as '<='). [time]",
    "    before  - Before specified time (same as '<'). [time]",
    " ",
    "  Logical and grouping operators:",
    "      &&  - All fields must match",
    "       ,  - All fields must match",
    "      ||  - At least one field must match",
    "       #  - At least one field must match",
    "       !  - Logical negation",
    "       (  - Left parenthesis",
    "       )  - Right parenthesis",
    "       [  - List start",
    "       ]  - List end",
    "       {  - List subset start",
    "       }  - List subset end",
    " "
  };

  private FieldList() {}

  /**
   * Lists the fields, as {@code help -c} and {@code -o help} do.
   *
   * @param lines receives each line
   */
  public static void print(Consumer<String> lines) {
    print(false, lines);
  }

  /** Lists the fields with their types, as selections need them. */
  static void printTyped(Consumer<String> lines) {
    print(true, lines);
  }

  /** Explains operands and operators of selections. */
  static void printSelection(Consumer<String> lines) {
    for (String line : SELECTION) {
      lines.accept(line);
    }
  }

  private static void print(boolean typed, Consumer<String> lines) {
    int width = 0;
    for (Field field : FIELDS) {
      width = Math.max(width, field.id().length());
    }
    String title = "";
    for (Field field : FIELDS) {
      if (!field.group().title().equals(title)) {
        if (!title.isEmpty()) {
          lines.accept(" ");
        }
        title = field.group().title();
        String line = title + " Fields";
        lines.accept(line);
        lines.accept("-".repeat(line.length()));
        if (!typed && field.group() != FieldGroup.SPECIAL) {
          lines.accept(entry(field.group().prefix() + "all", width, "All fields in this section."));
        }
      }
      String line = entry(field.id(), width, field.description());
      lines.accept(typed ? line + " [" + type(field) + "]" : line);
    }
    lines.accept(" ");
  }

  private static String entry(String id, int width, String description) {
    return "  " + id + " ".repeat(width - id.length()) + " - " + description;
  }

  private static String type(Field field) {
    return (field.isHelp() ? "unselectable " : "") + field.type().word();
  }
}
