package org.jdmsetup.ioctl;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/** What a test needs of the machine: skipped without it, or failed with {@code it.required}. */
public final class Needs {

  private Needs() {}

  public static void that(boolean present, String what) {
    if (present) {
      return;
    }
    if (Boolean.getBoolean("it.required")) {
      fail("this machine must have " + what);
    }
    abort("needs " + what);
  }
}
