package org.jdmsetup.tables.text;

/** What the C library makes of a byte, in the C locale. */
public final class CText {
  private CText() {}

  /** {@code isspace}, which differs from the kernel's ({@link Words#isBlank}). */
  public static boolean isSpace(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  /** The index of the first char, from an index on, that is no space; or the text's length. */
  public static int afterSpace(String text, int from) {
    int i = from;
    while (i < text.length() && isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }
}
