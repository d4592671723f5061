package org.jdmsetup.ioctl;

import org.jdmsetup.tables.Sectors;

/**
 * The read-ahead that a device shall have.
 *
 * @param value null leaves it to the kernel
 * @param minimum whether a larger present value may stay
 */
public record ReadAhead(Sectors value, boolean minimum) {
  public static final ReadAhead AUTO = new ReadAhead(null, false);

  /** Whether it is left to the kernel. */
  public boolean isAuto() {
    return value == null;
  }
}
