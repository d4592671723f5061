package org.jdmsetup.tables.text;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Sectors;

/**
 * What a word looks like that stands where a number should, and how to type it instead. All
 * messages about numbers get their advice from here, whether the number stands in a table, a
 * message to a target or an option.
 */
public final class Mistyped {
  private static final String UNITS = "KMGTPE";
  private static final BigDecimal SECTOR = BigDecimal.valueOf(Sectors.SIZE);

  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?)([" + UNITS + "])?(?:i?B)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern SECTORS = Pattern.compile("(\\d+)(?:s|S|sectors?)");
  private static final Pattern HEXADECIMAL = Pattern.compile("[-+]?0[xX](\\p{XDigit}+)");
  private static final Pattern SIGNED = Pattern.compile("([-+])(\\d+)");
  private static final Pattern GROUPED = Pattern.compile("\\d{1,3}(?:[,._']\\d{3})+");
  private static final Pattern LISTED = Pattern.compile("[\\w-]+[,;].*");
  private static final Pattern ESCAPED = Pattern.compile("\\\\[nrt]");

  private static final String ONE_LINE_EACH =
      "each rule has a line of its own: commas and semicolons separate rules and devices with"
          + " --concise alone";

  private Mistyped() {}

  /**
   * The end of a sentence that says what is wrong with a word: {@code "; "} and the advice, or
   * nothing if the word looks like nothing in particular.
   *
   * @param word byte text
   */
  public static String advice(String word) {
    String strange = strange(word);
    return end(strange.isEmpty() ? number(word) : strange);
  }

  /** As {@link #advice}, for words beside the one at fault: only how rules are to be separated. */
  public static String adviceOnEnds(String word) {
    boolean listed = Character.isDigit(word.charAt(0)) && LISTED.matcher(word).matches();
    return end(listed ? ONE_LINE_EACH : strange(word));
  }

  private static String end(String advice) {
    return advice.isEmpty() ? "" : "; " + advice;
  }

  /**
   * What should not be in any word of a table: a line end that was typed as a backslash and a
   * letter, or a character that word processors and web pages put in the place of a plain one.
   * Empty if there is nothing of the kind.
   *
   * @param text byte text
   */
  static String strange(String text) {
    Matcher escape = ESCAPED.matcher(text);
    if (escape.find()) {
      char letter = text.charAt(escape.start() + 1);
      return "'\\"
          + letter
          + "' is taken as a backslash and the letter "
          + letter
          + "; "
          + (letter == 't'
              ? "type a blank"
              : "to end a line, press Enter within the quotes, or in bash write"
                  + " $'first rule\\nsecond rule'");
    }
    int strange =
        ByteText.unicode(text).codePoints().filter(Mistyped::isTypeset).findFirst().orElse(0);
    return strange == 0
        ? ""
        : String.format(
            "it holds the character U+%04X (%s), as text copied from a web page may: type %s",
            strange, Character.getName(strange).toLowerCase(Locale.ROOT), plain(strange));
  }

  /** Whether a character is one that nobody means who writes a table. */
  private static boolean isTypeset(int c) {
    return switch (Character.getType(c)) {
      case Character.SPACE_SEPARATOR,
          Character.FORMAT,
          Character.DASH_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.DECIMAL_DIGIT_NUMBER ->
          c > 127;
      default -> c == 0x2212 || c == 0x201a || c == 0x201e;
    };
  }

  private static String plain(int c) {
    return switch (Character.getType(c)) {
      case Character.SPACE_SEPARATOR -> "a plain blank";
      case Character.FORMAT -> "nothing there";
      case Character.DECIMAL_DIGIT_NUMBER -> "the digits 0 to 9";
      default -> "plain characters";
    };
  }

  private static String number(String word) {
    Matcher matcher = HEXADECIMAL.matcher(word);
    if (matcher.matches()) {
      return "numbers are decimal: hexadecimal 0x"
          + matcher.group(1)
          + " is "
          + new BigInteger(matcher.group(1), 16);
    }
    matcher = SIGNED.matcher(word);
    if (matcher.matches()) {
      return matcher.group(1).equals("-")
          ? "negative numbers mean nothing here"
          : "write " + matcher.group(2) + ", without a sign";
    }
    matcher = SECTORS.matcher(word);
    if (matcher.matches()) {
      return "write " + matcher.group(1) + ", without a unit";
    }
    if (GROUPED.matcher(word).matches()) {
      return "write " + word.replaceAll("\\D", "") + ", without separators";
    }
    matcher = SIZE.matcher(word);
    if (matcher.matches()) {
      return size(word, matcher.group(1), matcher.group(2));
    }
    if (LISTED.matcher(word).matches()) {
      return ONE_LINE_EACH;
    }
    boolean quoted = !word.isEmpty() && "'\"`".indexOf(word.charAt(0)) >= 0;
    return quoted ? "quotation marks are part of the word here: leave them out" : "";
  }

  /** A size with a unit, or a number that is too large or has a fraction. */
  private static String size(String word, String digits, String unit) {
    BigDecimal bytes = new BigDecimal(digits);
    if (unit == null && word.equals(digits)) {
      return digits.indexOf('.') >= 0
          ? "numbers have no fractions"
          : new BigInteger(digits).bitLength() > Long.SIZE ? "it needs more than 64 bits" : "";
    }
    String size = digits + " bytes";
    if (unit != null) {
      int power = UNITS.indexOf(Character.toUpperCase(unit.charAt(0))) + 1;
      bytes = bytes.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(10 * power)));
      size = digits + " " + Character.toUpperCase(unit.charAt(0)) + "iB";
    }
    BigDecimal[] sectors = bytes.divideAndRemainder(SECTOR);
    if (sectors[1].signum() != 0) {
      return size + " is no whole number of sectors of 512 bytes";
    }
    String count = sectors[0].toBigInteger().toString();
    return size + " is " + count + (count.equals("1") ? " sector" : " sectors") + " of 512 bytes";
  }
}
