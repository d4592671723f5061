package org.jdmsetup.tables;

/**
 * A number of sectors, or where one stands: the unit of device mapper, 512 bytes each, whatever the
 * blocks of a disk are.
 *
 * <p>It is a kernel's {@code sector_t}, 64 bits unsigned, and holds whatever a table can say: sums
 * and differences are taken modulo 2<sup>64</sup>, and order and text are those of unsigned
 * numbers.
 *
 * <p>Requests, which must not allocate, count sectors in a {@code long}; the static methods convert
 * those. Nothing else converts between sectors and bytes.
 *
 * @param count how many
 */
public record Sectors(long count) implements Comparable<Sectors> {
  /** Bytes of a sector. */
  public static final int SIZE = 512;

  /** None; also the first sector of a device. */
  public static final Sectors ZERO = new Sectors(0);

  private static final int SHIFT = 9;

  /**
   * How many whole sectors bytes are.
   *
   * @param bytes what is left over is cut off; a negative number is rounded down
   */
  public static Sectors ofBytes(long bytes) {
    return new Sectors(fromBytes(bytes));
  }

  /** How many bytes these are, if they are at most 2<sup>54</sup>-1. */
  public long bytes() {
    return toBytes(count);
  }

  /** The sum, modulo 2<sup>64</sup>. */
  public Sectors plus(Sectors more) {
    return new Sectors(count + more.count);
  }

  /** The difference, modulo 2<sup>64</sup>. */
  public Sectors minus(Sectors less) {
    return new Sectors(count - less.count);
  }

  /** Whether these are none. */
  public boolean isZero() {
    return count == 0;
  }

  /** Each of so many equal parts, what is left over cut off. */
  public Sectors dividedBy(long parts) {
    return new Sectors(Long.divideUnsigned(count, parts));
  }

  /** Whether nothing is left over when these are divided into so many equal parts. */
  public boolean isDivisibleBy(long parts) {
    return Long.remainderUnsigned(count, parts) == 0;
  }

  /** How many whole units are in these. */
  public long dividedBy(Sectors unit) {
    return Long.divideUnsigned(count, unit.count);
  }

  /** Whether a whole number of units is in these. */
  public boolean isMultipleOf(Sectors unit) {
    return Long.remainderUnsigned(count, unit.count) == 0;
  }

  /** Whether their number is a power of two, as the sizes of blocks have to be. */
  public boolean isPowerOfTwo() {
    return Long.bitCount(count) == 1;
  }

  /** Whether these are not more than others. */
  public boolean isAtMost(Sectors others) {
    return compareTo(others) <= 0;
  }

  @Override
  public int compareTo(Sectors others) {
    return Long.compareUnsigned(count, others.count);
  }

  /** The number, as tables have it. */
  @Override
  public String toString() {
    return Long.toUnsignedString(count);
  }

  /**
   * How many bytes sectors are.
   *
   * @param sectors at most 2<sup>54</sup>-1
   */
  public static long toBytes(long sectors) {
    return sectors << SHIFT;
  }

  /**
   * How many whole sectors bytes are.
   *
   * @param bytes what is left over is cut off; a negative number is rounded down
   */
  public static long fromBytes(long bytes) {
    return bytes >> SHIFT;
  }
}
