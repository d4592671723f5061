package org.jdmsetup.tables.text;

/** Text that dmsetup itself does not read as a table; its message is dmsetup's own line. */
public final class TableSyntaxException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Position position;
  private final String found;
  private final String expected;

  TableSyntaxException(String message, Position position, String found, String expected) {
    super(message);
    this.position = position;
    this.found = found;
    this.expected = expected;
  }

  /** Where reading stopped. */
  public Position position() {
    return position;
  }

  /** What stood there, in plain words. */
  public String found() {
    return found;
  }

  /** What should have stood there, in plain words. */
  public String expected() {
    return expected;
  }

  /** One line for a user: position, found and expected. */
  public String reason() {
    return position + ": " + found + ": expected " + expected;
  }
}
