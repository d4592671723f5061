package org.jdmsetup.cli.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.tables.Sectors;

/**
 * How sizes are shown ({@code --units}): in one unit, which may be a multiple of a letter's, or in
 * the unit that suits each size. Lower-case letters are powers of 1024, upper-case letters powers
 * of 1000; {@code s} is a sector, {@code b} a byte, {@code h} readable, {@code r} readable with a
 * {@code <} where rounding overstates.
 */
public final class SizeUnits {
  /** A unit must have fewer bytes than this. */
  private static final double LIMIT = 0x1p64;

  private static final String POWERS = "kmgtpe";
  private static final String READABLE = "hr";
  private static final String LETTERS = READABLE + "bs" + POWERS;

  /** A number as {@code strtod} reads it, and what follows; sign and bare point were refused. */
  private static final Pattern NUMBER_AND_REST =
      Pattern.compile(
          "(0[xX](?:\\p{XDigit}+\\.?\\p{XDigit}*|\\.\\p{XDigit}+)(?:[pP][-+]?\\d+)?"
              + "|\\d+\\.?\\d*(?:[eE][-+]?\\d+)?)?(.*)",
          Pattern.DOTALL);

  private final char letter;

  /** Bytes of the unit; 0 for the readable ones. */
  private final double bytes;

  private final int decimals;

  private SizeUnits(char letter, double bytes, int decimals) {
    this.letter = letter;
    this.bytes = bytes;
    this.decimals = decimals;
  }

  /**
   * The units of an argument of {@code --units}: a number (optional, and without meaning for
   * readable units) and a letter; anything may follow. Null if there is no such unit.
   */
  public static SizeUnits of(String argument) {
    Matcher parts = NUMBER_AND_REST.matcher(argument);
    if (!parts.matches() || parts.group(2).isEmpty() || !isUnit(parts.group(2).charAt(0))) {
      return null;
    }
    char letter = parts.group(2).charAt(0);
    double number = parts.group(1) == null ? 1 : number(parts.group(1));
    if (READABLE.indexOf(lower(letter)) >= 0) {
      return number == 0 || number >= 1 ? new SizeUnits(letter, 0, 2) : null;
    }
    double bytes = Math.floor(number * bytesOf(letter));
    if (bytes < 1 || bytes >= LIMIT) {
      return null;
    }
    boolean whole = number >= 1 && number < 2 && (lower(letter) == 's' || lower(letter) == 'b');
    return new SizeUnits(letter, bytes, whole ? 0 : 2);
  }

  /**
   * A size as text.
   *
   * @param sectors of more than 2<sup>55</sup> the upper bits are lost, as in dmsetup
   */
  public String text(Sectors sectors) {
    if (sectors.isZero()) {
      return "0";
    }
    long inBytes = sectors.bytes();
    double size =
        (inBytes >>> 1) * 2.0; // exact as unsigned: the lowest bit, which is lost, is always 0
    return bytes == 0 ? readable(inBytes, size) : rounded(size / bytes, decimals).toPlainString();
  }

  private String readable(long inBytes, double size) {
    boolean binary = letter == lower(letter);
    for (int i = POWERS.length() - 1; i >= 0; i--) {
      char unit = binary ? POWERS.charAt(i) : Character.toUpperCase(POWERS.charAt(i));
      double value = size / bytesOf(unit);
      if (value >= 1) {
        BigDecimal shown = rounded(value, 2);
        boolean over = lower(letter) == 'r' && shown.doubleValue() > value;
        return (over ? "<" : "") + shown.toPlainString() + unit;
      }
    }
    return Long.toUnsignedString(inBytes) + (binary ? 'b' : 'B');
  }

  /** As {@code printf} rounds: ties of the exact value to even. */
  private static BigDecimal rounded(double value, int decimals) {
    return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
  }

  /** Whether this letter stands for a unit. */
  static boolean isUnit(char letter) {
    return LETTERS.indexOf(lower(letter)) >= 0;
  }

  /** The bytes of a unit; 1 for the readable ones. */
  static double bytesOf(char letter) {
    if (lower(letter) == 's') {
      return Sectors.SIZE;
    }
    int power = POWERS.indexOf(lower(letter)) + 1;
    return Math.pow(lower(letter) == letter ? 1024 : 1000, power);
  }

  private static double number(String text) {
    boolean hex = text.startsWith("0x") || text.startsWith("0X");
    boolean exponent = text.indexOf('p') >= 0 || text.indexOf('P') >= 0;
    return Double.parseDouble(hex && !exponent ? text + "p0" : text);
  }

  private static char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? (char) (letter - 'A' + 'a') : letter;
  }
}
