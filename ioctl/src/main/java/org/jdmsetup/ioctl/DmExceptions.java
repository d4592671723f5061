package org.jdmsetup.ioctl;

import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.tables.Errno;

/** Makes exceptions, and gives the lines that libdevmapper prints to the session's message sink. */
public final class DmExceptions {
  private final Consumer<String> messages;

  public DmExceptions(Consumer<String> messages) {
    this.messages = messages;
  }

  public DmException report(int errno, String line) {
    return report(errno, List.of(line));
  }

  public DmException report(int errno, List<String> lines) {
    return report(errno, lines, List.of());
  }

  public DmException report(int errno, List<String> lines, List<String> reason) {
    lines.forEach(messages);
    return new DmException(errno, lines.isEmpty() ? Errno.text(errno) : lines.get(0), reason);
  }
}
