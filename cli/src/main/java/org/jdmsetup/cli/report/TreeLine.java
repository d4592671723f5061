package org.jdmsetup.cli.report;

/**
 * The line of a tree that is being drawn. A line that is longer than the width is cut, and three
 * dots take the place of its end. So the character in the last column is held back: it is shown if
 * the line ends there, and the dots are if it goes on.
 */
final class TreeLine {
  private static final String CUT = "...";

  private final StringBuilder text = new StringBuilder();
  private final int width;
  private int column;
  private char heldBack;

  TreeLine(int width) {
    this.width = width;
  }

  /** Columns drawn so far, cut off or not. */
  int column() {
    return column;
  }

  void append(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      append(bytes.charAt(i));
    }
  }

  private void append(char c) {
    boolean continuation = (c & 0xc0) == 0x80; // of a UTF-8 character, which takes one column
    if (!continuation) {
      column++;
    }
    if (column < width) {
      text.append(c);
    } else if (!continuation && column == width && c < 0x80) {
      heldBack = c;
    } else if (!continuation && (column == width || (column == width + 1 && heldBack != 0))) {
      text.append(CUT);
      heldBack = 0;
    }
  }

  void blanks(int count) {
    for (int i = 0; i < count; i++) {
      append(' ');
    }
  }

  void end() {
    release();
    text.append('\n');
    column = 0;
  }

  private void release() {
    if (heldBack != 0) {
      text.append(heldBack);
      heldBack = 0;
    }
  }

  /** Everything drawn, byte text. */
  String text() {
    release();
    return text.toString();
  }
}
