package org.jdmsetup.ioctl;

/** Which driver a session speaks to. */
public enum Backend {
  /** The kernel if it has device mapper, else the engine. */
  AUTO,
  KERNEL,
  ENGINE;

  /** The backend with this name ({@code auto}, {@code kernel}, {@code engine}), or null. */
  public static Backend ofWord(String word) {
    switch (word) {
      case "auto":
        return AUTO;
      case "kernel":
        return KERNEL;
      case "engine":
        return ENGINE;
      default:
        return null;
    }
  }
}
