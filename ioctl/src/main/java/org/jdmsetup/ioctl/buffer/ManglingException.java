package org.jdmsetup.ioctl.buffer;

import java.util.List;

/**
 * A name or UUID has no mangled form, or came from the driver unmangled. Carries the lines to
 * print.
 */
public final class ManglingException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> lines;

  ManglingException(String... lines) {
    super(lines[0]);
    this.lines = List.of(lines);
  }

  /** What to print, in order. */
  public List<String> lines() {
    return lines;
  }
}
