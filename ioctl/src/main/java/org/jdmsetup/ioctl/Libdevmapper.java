package org.jdmsetup.ioctl;

/** The C library that a session stands in for. */
public final class Libdevmapper {
  /** The version whose behaviour this is, as {@code dmsetup version} prints it. */
  public static final String VERSION = "1.02.185 (2022-05-18)";

  /** What it says whenever the driver's version cannot be had. */
  public static final String INCOMPATIBLE =
      "Incompatible libdevmapper " + VERSION + " and kernel driver (unknown version).";

  private Libdevmapper() {}
}
