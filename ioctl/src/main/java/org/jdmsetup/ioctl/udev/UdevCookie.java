package org.jdmsetup.ioctl.udev;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.tables.ByteText;

/**
 * A cookie that exists: something that udev, or somebody's script, has still to finish.
 *
 * @param cookie the semaphore's key
 * @param id the semaphore set's id
 * @param value how many steps are not done, and one more for whoever will wait
 * @param lastOperation when the value last changed, in seconds since 1970; 0 for never
 * @param lastChange when the set was made or a value was set, in seconds since 1970
 */
public record UdevCookie(int cookie, int id, int value, long lastOperation, long lastChange) {
  /** {@code ctime_r} asks for 26 bytes. */
  private static final int TEXT_SIZE = 32;

  /** A time as C's {@code ctime} has it, without its newline, in the process's time zone. */
  public static String timeText(long seconds) {
    ByteBuffer time = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    time.putLong(0, seconds);
    ByteBuffer text = ByteBuffer.allocateDirect(TEXT_SIZE);
    if (LibC.get().ctime_r(LibC.address(time), LibC.address(text)) == 0) {
      return Long.toString(seconds); // a year that does not fit in an int
    }
    byte[] bytes = new byte[TEXT_SIZE];
    text.get(0, bytes);
    String whole = ByteText.of(bytes);
    return whole.substring(0, whole.indexOf('\n'));
  }
}
