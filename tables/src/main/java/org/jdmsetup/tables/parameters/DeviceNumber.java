package org.jdmsetup.tables.parameters;

/**
 * The number of a block device; the one place that knows how such numbers are written and encoded.
 *
 * @param major 0 to 4095 (12 bits)
 * @param minor 0 to 1048575 (20 bits)
 */
public record DeviceNumber(int major, int minor) {

  public static final int MAX_MAJOR = (1 << 12) - 1;
  public static final int MAX_MINOR = (1 << 20) - 1;

  public DeviceNumber {
    if (major < 0 || major > MAX_MAJOR) {
      throw new IllegalArgumentException("major " + major + " is not within 0.." + MAX_MAJOR);
    }
    if (minor < 0 || minor > MAX_MINOR) {
      throw new IllegalArgumentException("minor " + minor + " is not within 0.." + MAX_MINOR);
    }
  }

  /**
   * Decodes the form used by {@code struct dm_ioctl} and by {@code st_rdev} (the kernel's "huge"
   * encoding of {@code include/linux/kdev_t.h}).
   */
  public static DeviceNumber ofEncoded(long encoded) {
    int major = (int) ((encoded & 0xfff00) >> 8);
    int minor = (int) ((encoded & 0xff) | ((encoded >> 12) & 0xfff00));
    return new DeviceNumber(major, minor);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static DeviceNumber parse(String text) {
    int colon = text.indexOf(':');
    try {
      return new DeviceNumber(
          Integer.parseInt(text.substring(0, Math.max(0, colon))),
          Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no device number", e);
    }
  }

  /** The inverse of {@link #ofEncoded}. */
  public long encoded() {
    return (minor & 0xffL) | ((long) major << 8) | ((long) (minor & ~0xff) << 12);
  }

  /** {@code major:minor}, as tables name devices. */
  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
