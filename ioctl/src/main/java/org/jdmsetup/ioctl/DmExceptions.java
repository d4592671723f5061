package org.jdmsetup.ioctl;

import java.util.List;
import java.util.function.Consumer;

/** Makes exceptions whose lines have been given to the message sink. */
final class DmExceptions {
  private final Consumer<String> messages;

  DmExceptions(Consumer<String> messages) {
    this.messages = messages;
  }

  DmException report(int errno, String line) {
    return report(errno, List.of(line));
  }

  DmException report(int errno, List<String> lines) {
    return report(errno, lines, List.of());
  }

  DmException report(int errno, List<String> lines, List<String> reason) {
    lines.forEach(messages);
    return new DmException(errno, lines.isEmpty() ? Errno.text(errno) : lines.get(0), reason);
  }
}
