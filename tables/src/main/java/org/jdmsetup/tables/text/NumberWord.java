package org.jdmsetup.tables.text;

/**
 * Numbers in target parameters, read as the kernel reads them. It has two readers, which differ in
 * what they let pass: its {@code sscanf} (blanks before the digits, no sign, silent wrap-around)
 * for sectors and device numbers, and {@code kstrto…} (a plus sign, a newline after the digits, no
 * overflow) for counts and chunk sizes.
 */
public final class NumberWord {

  private NumberWord() {}

  /** The outcome of reading a word. */
  public enum Reading {
    /** A number within range. */
    NUMBER,
    /** No number. */
    JUNK,
    /** A number above the range. */
    TOO_LARGE
  }

  /** How {@code sscanf} with {@code %llu%c} takes a word that has to be a sector number. */
  public static Reading sector(String word) {
    int from = skipBlanks(word, 0);
    return from == word.length() || endOfDigits(word, from) != word.length()
        ? Reading.JUNK
        : fits(word, from, word.length(), -1L) ? Reading.NUMBER : Reading.TOO_LARGE;
  }

  /** The value of a word that {@link #sector} or {@link #argument} called a number. */
  public static long sectorValue(String word) {
    int from = skipBlanks(word, 0);
    return value(word, from, word.length());
  }

  /** How {@code sscanf} with {@code %u%c} takes a word that has to be a number of 32 bits. */
  public static Reading argument(String word) {
    Reading reading = sector(word);
    return reading == Reading.NUMBER
            && !fits(word, skipBlanks(word, 0), word.length(), 0xffff_ffffL)
        ? Reading.TOO_LARGE
        : reading;
  }

  /** How {@code kstrtouint} takes a word. */
  public static Reading count(String word) {
    int from = countFrom(word);
    int to = countTo(word);
    return from >= to || endOfDigits(word, from) != to
        ? Reading.JUNK
        : fits(word, from, to, 0xffff_ffffL) ? Reading.NUMBER : Reading.TOO_LARGE;
  }

  /** The value of a word that {@link #count} called a number. */
  public static long countValue(String word) {
    return value(word, countFrom(word), countTo(word));
  }

  private static int countFrom(String word) {
    return word.startsWith("+") ? 1 : 0;
  }

  private static int countTo(String word) {
    return word.endsWith("\n") ? word.length() - 1 : word.length();
  }

  /** Where the blanks from an index on end. */
  public static int skipBlanks(String word, int from) {
    int i = from;
    while (i < word.length() && Words.isBlank(word.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Where the digits from an index on end. */
  public static int endOfDigits(String word, int from) {
    int i = from;
    while (i < word.length() && isDigit(word.charAt(i))) {
      i++;
    }
    return i;
  }

  public static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Whether digits spell at most a limit of 9 or more, both unsigned. */
  public static boolean fits(String digits, int from, int to, long limit) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = digits.charAt(i) - '0';
      if (Long.compareUnsigned(value, Long.divideUnsigned(limit - digit, 10)) > 0) {
        return false;
      }
      value = value * 10 + digit;
    }
    return true;
  }

  /** The value of digits, modulo 2<sup>64</sup>. */
  public static long value(String digits, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + (digits.charAt(i) - '0');
    }
    return value;
  }
}
