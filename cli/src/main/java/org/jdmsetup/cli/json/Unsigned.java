package org.jdmsetup.cli.json;

import java.math.BigInteger;

/** Numbers of 64 bits without a sign, as JSON prints them. */
public final class Unsigned {
  private Unsigned() {}

  /**
   * @param value its bits
   */
  public static Number of(long value) {
    return value >= 0 ? Long.valueOf(value) : new BigInteger(Long.toUnsignedString(value));
  }

  /**
   * @throws NumberFormatException if the word is not a decimal number of up to 64 bits
   */
  static Number parse(String word) {
    return of(Long.parseUnsignedLong(word));
  }
}
