package org.jdmsetup.cli;

/** A udev cookie as users write it: C's {@code strtoul} with base 0, the whole word, 32 bits. */
final class Cookie {
  static final String INCORRECT = "Incorrect cookie value.";

  private Cookie() {}

  /** The cookie, or 0 when the word is not one. */
  static int parse(String text) {
    int i = 0;
    while (i < text.length() && CNumber.isBlank(text.charAt(i))) {
      i++;
    }
    boolean negative = i < text.length() && text.charAt(i) == '-';
    if (negative || i < text.length() && text.charAt(i) == '+') {
      i++;
    }
    int base = 10;
    if (i < text.length() && text.charAt(i) == '0') {
      boolean hex = i + 1 < text.length() && (text.charAt(i + 1) | 0x20) == 'x';
      base = hex ? 16 : 8;
      i += hex ? 2 : 0;
    }
    if (i == text.length()) {
      return 0;
    }
    long value = 0;
    for (; i < text.length(); i++) {
      int digit = Character.digit(text.charAt(i), base);
      if (digit < 0 || text.charAt(i) > 127) {
        return 0;
      }
      if (Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, base)) > 0) {
        return 0; // more than 64 bits
      }
      value = value * base + digit;
    }
    long cookie = negative ? -value : value;
    return cookie >>> Integer.SIZE == 0 ? (int) cookie : 0;
  }
}
