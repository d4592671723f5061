package org.jdmsetup.engine.control.journal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/**
 * A disk geometry for programs of old; nothing in the engine depends on it.
 *
 * @param sectors how many a track has
 * @param start where the disk begins
 */
public record Geometry(long cylinders, long heads, long sectors, Sectors start) {

  private static final Pattern NUMBERS =
      Pattern.compile("[\\s\u00a0]*(\\d+)[\\s\u00a0]+(\\d+)[\\s\u00a0]+(\\d+)[\\s\u00a0]+(\\d+)");

  /**
   * Reads {@code cylinders heads sectors start} as the kernel does.
   *
   * @throws Refusal with the kernel's text
   */
  public static Geometry parse(String text) throws Refusal {
    Matcher matcher = NUMBERS.matcher(text);
    if (!matcher.matches()) {
      throw new Refusal(
          Errno.EINVAL,
          "Unable to interpret geometry settings.: found '"
              + text
              + "', expected cylinders, heads, sectors and a start sector");
    }
    long[] numbers = new long[4];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = modulo64(matcher.group(i + 1));
    }
    Geometry geometry = new Geometry(numbers[0], numbers[1], numbers[2], new Sectors(numbers[3]));
    if (Long.compareUnsigned(numbers[0], 65535) > 0
        || Long.compareUnsigned(numbers[1], 255) > 0
        || Long.compareUnsigned(numbers[2], 255) > 0) {
      throw new Refusal(
          Errno.EINVAL,
          "Geometry exceeds range limits.: found "
              + geometry
              + ", expected at most 65535 cylinders, 255 heads, 255 sectors");
    }
    Sectors end = new Sectors(numbers[0] * numbers[1] * numbers[2]);
    if (!geometry.start.isAtMost(end)) {
      throw new Refusal(
          Errno.EINVAL,
          "Start sector is beyond the geometry limits.: found "
              + geometry.start
              + ", expected at most "
              + end);
    }
    return geometry;
  }

  private static long modulo64(String digits) {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = number * 10 + Character.digit(digits.charAt(i), 10);
    }
    return number;
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(cylinders)
        + ' '
        + Long.toUnsignedString(heads)
        + ' '
        + Long.toUnsignedString(sectors)
        + ' '
        + start;
  }
}
