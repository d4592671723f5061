package org.jdmsetup.tables.text;

/** What the C library makes of a byte, in the C locale. */
public final class CText {
  private CText() {}

  /** {@code isspace}, which differs from the kernel's ({@link Words#isBlank}). */
  public static boolean isSpace(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }
}
