package org.jdmsetup.tables.text;

/**
 * Where a table's text came from, in the words of dmsetup's messages.
 *
 * @param label what follows "of table" in a message
 */
public record TableSource(String label) {

  /** Standard input. */
  public static final TableSource STDIN = new TableSource("on stdin");

  /** The text of an option ({@code --table}, {@code --concise}); dmsetup gives it no name. */
  public static final TableSource OPTION = new TableSource("");

  /** A file, by the name that the user typed. */
  public static TableSource file(String name) {
    return new TableSource(name);
  }
}
