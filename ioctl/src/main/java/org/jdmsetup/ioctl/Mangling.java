package org.jdmsetup.ioctl;

import java.util.Locale;

/** How names and UUIDs are turned into the form that the kernel and udev can hold, and back. */
public enum Mangling {
  NONE,
  AUTO,
  HEX;

  /** The mode with this name in any case ({@code none}, {@code auto}, {@code hex}), or null. */
  public static Mangling ofWord(String word) {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "none":
        return NONE;
      case "auto":
        return AUTO;
      case "hex":
        return HEX;
      default:
        return null;
    }
  }
}
