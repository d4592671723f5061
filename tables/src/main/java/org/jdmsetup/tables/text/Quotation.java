package org.jdmsetup.tables.text;

/** A word of a table within a message: quoted, short, and harmless to a terminal. */
public final class Quotation {

  private static final int LONGEST = 80;

  private Quotation() {}

  /** The word in quotes; control characters become {@code \xHH}, a long one loses its end. */
  public static String of(String word) {
    StringBuilder quoted = new StringBuilder().append('\'');
    for (int i = 0; i < word.length() && i < LONGEST; i++) {
      char c = word.charAt(i);
      if (c < ' ' || c == 0x7f) {
        quoted.append(String.format("\\x%02x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append(word.length() > LONGEST ? "...'" : "'").toString();
  }
}
