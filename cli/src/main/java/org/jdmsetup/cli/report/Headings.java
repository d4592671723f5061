package org.jdmsetup.cli.report;

/** What stands above the columns of a report ({@code --headings}). */
public enum Headings {
  NONE,
  /** The short headings. */
  ABBREV,
  /** The names of the fields. */
  FULL;

  /**
   * The value for an argument of {@code --headings} (a word in any case or its number), or null.
   */
  public static Headings ofWord(String word) {
    for (Headings headings : values()) {
      if (headings.name().equalsIgnoreCase(word)
          || Integer.toString(headings.ordinal()).equals(word)) {
        return headings;
      }
    }
    return null;
  }
}
