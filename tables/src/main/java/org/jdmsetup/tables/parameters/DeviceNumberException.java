package org.jdmsetup.tables.parameters;

import org.jdmsetup.tables.text.Quotation;

/** Two numbers that name no device since one of them is too large. */
public final class DeviceNumberException extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean certain;

  public DeviceNumberException(String word, boolean certain) {
    super(
        "device number "
            + Quotation.of(word)
            + " has a major above "
            + DeviceNumber.MAX_MAJOR
            + " or a minor above "
            + DeviceNumber.MAX_MINOR);
    this.certain = certain;
  }

  /**
   * Whether kernels refuse it too ({@code EOVERFLOW}). They read numbers modulo 2<sup>32</sup>, so
   * that a much larger one can name some other device there.
   */
  public boolean certain() {
    return certain;
  }
}
