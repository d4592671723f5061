package org.jdmsetup.ioctl.udev;

/**
 * The cookie of an event, {@code DM_COOKIE} to udev's rules: the number that a request hands to
 * them. Its upper half are flags ({@link UdevFlag}). Its lower half is that of the semaphore's key
 * ({@link UdevCookies}), whose upper half is always the same; it is 0 when nobody waits.
 */
public final class EventCookie {
  static final int HALF_BITS = 16;
  static final int LOWER_HALF = 0xffff;

  private EventCookie() {}

  /**
   * The cookie of an event.
   *
   * @param flags for udev's rules, in the lower half
   * @param base the lower half of a semaphore's key, or 0
   */
  public static int of(int flags, int base) {
    return flags << HALF_BITS | base;
  }

  /** The flags, in the lower half. */
  public static int flags(int cookie) {
    return cookie >>> HALF_BITS;
  }

  /** The lower half of the semaphore's key, or 0 when nobody waits. */
  public static int base(int cookie) {
    return cookie & LOWER_HALF;
  }
}
