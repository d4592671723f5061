package org.jdmsetup.tables.text;

/**
 * A place in a table's text.
 *
 * @param line from 1; comments and empty lines count
 * @param column from 1, in bytes
 */
public record Position(int line, int column) {

  @Override
  public String toString() {
    return "line " + line + ", column " + column;
  }
}
