package org.jdmsetup.ioctl.system;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The terminal that this process's standard streams may be. */
public final class Terminal {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /** struct winsize: rows, columns, and both in pixels, 16 bits each. */
  private static final int SIZE = 8;

  private static final int COLUMNS = 2;

  private Terminal() {}

  /** How many characters fit in the lines of standard output; 0 if it is no terminal or unknown. */
  public static int columns() {
    return Math.max(columns(STANDARD_OUTPUT), 0);
  }

  /** As {@link #columns()} for standard error. */
  public static int errorColumns() {
    return Math.max(columns(STANDARD_ERROR), 0);
  }

  /** Whether standard error is a terminal. */
  public static boolean isOnStandardError() {
    return columns(STANDARD_ERROR) >= 0;
  }

  /**
   * The width of the terminal behind a descriptor; 0 if it does not tell, -1 if it is no terminal.
   */
  private static int columns(int descriptor) {
    ByteBuffer size = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    int status = LibC.get().ioctl(descriptor, Linux.TIOCGWINSZ, LibC.address(size));
    return status < 0 ? -1 : Short.toUnsignedInt(size.getShort(COLUMNS));
  }
}
