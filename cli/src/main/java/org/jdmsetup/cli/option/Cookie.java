package org.jdmsetup.cli.option;

/** A udev cookie as users write it: C's {@code strtoul} with base 0, the whole word, 32 bits. */
public final class Cookie {
  public static final String INCORRECT = "Incorrect cookie value.";

  private Cookie() {}

  /** The cookie, or 0 when the word is not one. */
  public static int parse(String text) {
    CNumber number = CNumber.readUnsigned(text, 0);
    boolean whole = number.end == text.length() && !number.overflowed;
    return whole && number.value >>> Integer.SIZE == 0 ? (int) number.value : 0;
  }
}
