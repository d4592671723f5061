package org.jdmsetup.ioctl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The terminal that this process's standard output may be. */
public final class Terminal {
  private static final int STANDARD_OUTPUT = 1;
  private static final long TIOCGWINSZ = 0x5413;

  /** struct winsize: rows, columns, and both in pixels, 16 bits each. */
  private static final int SIZE = 8;

  private static final int COLUMNS = 2;

  private Terminal() {}

  /** How many characters fit in its lines; 0 if it is no terminal or does not know. */
  public static int columns() {
    ByteBuffer size = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    int status = LibC.get().ioctl(STANDARD_OUTPUT, TIOCGWINSZ, LibC.address(size));
    return status < 0 ? 0 : Short.toUnsignedInt(size.getShort(COLUMNS));
  }
}
