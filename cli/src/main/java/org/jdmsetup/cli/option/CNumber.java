package org.jdmsetup.cli.option;

import org.jdmsetup.tables.text.CText;
import org.jdmsetup.tables.text.Mistyped;
import org.jdmsetup.tables.text.Quotation;

/**
 * Numbers as the C library reads them, since that is what users' scripts rely on: leading blanks, a
 * sign, digits as far as they go, and saturation instead of an error.
 */
public final class CNumber {
  /** The value, saturated to 64 bits signed. */
  public final long value;

  /** Where reading stopped: 0 when there was no number at all. */
  public final int end;

  /** Whether the number did not fit in 64 bits signed. */
  public final boolean overflowed;

  private CNumber(long value, int end, boolean overflowed) {
    this.value = value;
    this.end = end;
    this.overflowed = overflowed;
  }

  /** Whether there was no number at all. */
  public boolean isMissing() {
    return end == 0;
  }

  /**
   * {@code strtol(text, &end, base)} for base 8 or 10, or 0: then {@code 0x} means 16 and {@code 0}
   * means 8.
   */
  public static CNumber read(String text, int base) {
    int i = CText.afterSpace(text, 0);
    boolean negative = false;
    if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
      negative = text.charAt(i) == '-';
      i++;
    }
    int radix = radix(text, i, base);
    i += radix == 16 ? 2 : 0;
    int first = i;
    long value = 0;
    boolean overflowed = false;
    while (i < text.length() && text.charAt(i) < 128) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0) {
        break;
      }
      if (value < (Long.MIN_VALUE + digit) / radix) {
        overflowed = true;
      } else {
        value = value * radix - digit; // the negative side is the longer one
      }
      i++;
    }
    if (i == first) {
      return new CNumber(0, 0, false);
    }
    if (overflowed || (!negative && value == Long.MIN_VALUE)) {
      return new CNumber(negative ? Long.MIN_VALUE : Long.MAX_VALUE, i, true);
    }
    return new CNumber(negative ? value : -value, i, false);
  }

  /**
   * {@code sscanf("%llu")}: unsigned 64 bits, saturated; a minus sign counts modulo 2<sup>64</sup>.
   */
  public static CNumber readUnsigned(String text) {
    return readUnsigned(text, 10);
  }

  /** {@code strtoul(text, &end, base)} for bases as in {@link #read}. */
  public static CNumber readUnsigned(String text, int base) {
    int i = CText.afterSpace(text, 0);
    boolean negative = i < text.length() && text.charAt(i) == '-';
    if (negative || (i < text.length() && text.charAt(i) == '+')) {
      i++;
    }
    int radix = radix(text, i, base);
    i += radix == 16 ? 2 : 0;
    int first = i;
    long value = 0;
    boolean overflowed = false;
    for (; i < text.length() && text.charAt(i) < 128; i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0) {
        break;
      }
      overflowed |= Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, radix)) > 0;
      value = value * radix + digit;
    }
    if (i == first) {
      return new CNumber(0, 0, false);
    }
    return new CNumber(overflowed ? -1L : negative ? -value : value, i, overflowed);
  }

  /**
   * What a user should be told of a number that {@link #atoi} takes for another one than was typed;
   * empty where it does not.
   */
  public static String misread(String text) {
    int value = atoi(text);
    boolean same = Integer.toString(value).equals(text.replaceFirst("^[ +]*0*(?=[0-9])", ""));
    return same ? "" : Quotation.of(text) + " is read as " + value + Mistyped.advice(text) + ".";
  }

  /** The radix of the number at an index; for 16 its prefix is there. */
  private static int radix(String text, int at, int base) {
    if (base != 0) {
      return base;
    }
    boolean hex = text.startsWith("0x", at) || text.startsWith("0X", at);
    return hex ? 16 : text.startsWith("0", at) ? 8 : 10;
  }

  /** {@code atoi}: what does not fit in 32 bits loses its upper half. */
  public static int atoi(String text) {
    return (int) read(text, 10).value;
  }
}
