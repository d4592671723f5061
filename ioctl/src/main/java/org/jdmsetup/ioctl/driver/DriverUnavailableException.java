package org.jdmsetup.ioctl.driver;

import java.util.List;

/**
 * A driver cannot be reached: the lines that libdevmapper prints, and the reason in plain words.
 */
public final class DriverUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final transient List<String> lines;
  private final transient List<String> reason;

  DriverUnavailableException(int errno, List<String> lines, List<String> reason) {
    super(lines.isEmpty() ? "no driver" : lines.get(0));
    this.errno = errno;
    this.lines = List.copyOf(lines);
    this.reason = List.copyOf(reason);
  }

  public int errno() {
    return errno;
  }

  public List<String> lines() {
    return lines;
  }

  public List<String> reason() {
    return reason;
  }
}
