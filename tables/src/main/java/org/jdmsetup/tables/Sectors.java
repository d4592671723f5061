package org.jdmsetup.tables;

/**
 * Sectors, the unit of device mapper: 512 bytes each, whatever the blocks of a disk are. The one
 * place that converts between them and bytes.
 */
public final class Sectors {
  /** Bytes of a sector. */
  public static final int SIZE = 512;

  private static final int SHIFT = 9;

  private Sectors() {}

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
  public static long ofBytes(long bytes) {
    return bytes >> SHIFT;
  }
}
