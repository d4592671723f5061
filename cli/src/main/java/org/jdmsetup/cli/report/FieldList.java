package org.jdmsetup.cli.report;

import java.util.function.Consumer;

/** The help texts of reports: which fields there are, and how selections are written. */
public final class FieldList {
  private static final Field[] FIELDS = Field.values();

  private static final String[] SELECTION = {
    "Selection operands",
    "------------------",
    "  field               - One of the fields above.",
    "  number              - A whole number, not below 0.",
    "  size                - A number with a letter for its unit; without one it is m, MiB.",
    "  percent             - A whole number, not below 0, with % or without.",
    "  string              - Text in ' or \", or without either and then up to a blank or operator.",
    "  string list         - Strings in [ ] or { }, with && or || between them.",
    "  regular expression  - As a string; it may match anywhere: ^ and $ hold it to the ends.",
    " ",
    "Selection operators",
    "-------------------",
    "  To compare:",
    "        =~  - The regular expression is found. [regex]",
    "        !~  - The regular expression is not found. [regex]",
    "         =  - The same. [number, size, percent, string, string list, time]",
    "        !=  - Not the same. [number, size, percent, string, string list, time]",
    "        >=  - At least. [number, size, percent, time]",
    "         >  - More. [number, size, percent, time]",
    "        <=  - At most. [number, size, percent, time]",
    "         <  - Less. [number, size, percent, time]",
    "     since  - As >=. [time]",
    "     after  - As >. [time]",
    "     until  - As <=. [time]",
    "    before  - As <. [time]",
    " ",
    "  To combine:",
    "   && or ,  - Both are true.",
    "   || or #  - One is true, or both.",
    "         !  - What follows in parentheses is not true.",
    "       ( )  - What is inside comes first.",
    "       [ ]  - A list that holds just these strings.",
    "       { }  - A list that holds these strings among others.",
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
          lines.accept(entry(field.group().prefix() + "all", width, "All of these."));
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
