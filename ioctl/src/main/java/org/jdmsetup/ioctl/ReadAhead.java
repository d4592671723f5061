package org.jdmsetup.ioctl;

/**
 * The read-ahead that a device shall have.
 *
 * @param sectors of 512 bytes; {@link #AUTO_SECTORS} leaves it to the kernel
 * @param minimum whether a larger present value may stay
 */
public record ReadAhead(int sectors, boolean minimum) {
  public static final int AUTO_SECTORS = -1;

  public static final ReadAhead AUTO = new ReadAhead(AUTO_SECTORS, false);
}
