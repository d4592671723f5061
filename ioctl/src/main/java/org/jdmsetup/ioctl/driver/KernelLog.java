package org.jdmsetup.ioctl.driver;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;

/**
 * What device mapper writes to the kernel's log while a request fails: the only place where the
 * kernel gives its reasons. Reads {@code /dev/kmsg}, one record a read; without permission there
 * are no messages. Requests of other processes may write to the log at the same time.
 */
final class KernelLog implements AutoCloseable {
  private static final String PREFIX = "device-mapper:";

  /** What follows the reason of every refused rule, and adds nothing. */
  private static final String CONSEQUENCE = "ioctl: error adding target to table";

  private static final int RECORD_SIZE = 8192;
  private static final int MOST_RECORDS = 1000;

  private final LibC libc;
  private final int fd;
  private ByteBuffer record;

  KernelLog(LibC libc) {
    this.libc = libc;
    byte[] path = LibC.path("/dev/kmsg");
    fd = libc.open(path, Linux.O_RDONLY | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
  }

  /** Forgets what has been written so far. */
  void skip() {
    if (fd >= 0) {
      libc.lseek(fd, 0, Linux.SEEK_END);
    }
  }

  /** Device mapper's messages since {@link #skip}. */
  List<String> messages() {
    List<String> messages = new ArrayList<>();
    if (fd < 0) {
      return messages;
    }
    if (record == null) {
      record = ByteBuffer.allocateDirect(RECORD_SIZE);
    }
    for (int i = 0; i < MOST_RECORDS; i++) {
      long length = libc.read(fd, LibC.address(record), RECORD_SIZE);
      if (length < 0 && LibC.errno() == Errno.EPIPE.number()) {
        continue; // records were overwritten before they could be read; the next are there
      }
      if (length <= 0) {
        break;
      }
      byte[] bytes = new byte[(int) length];
      record.get(0, bytes);
      String message = message(ByteText.of(bytes));
      if (message.startsWith(PREFIX)) {
        messages.add(message);
      }
    }
    if (messages.size() > 1) {
      messages.removeIf(message -> message.endsWith(CONSEQUENCE));
    }
    return messages;
  }

  /**
   * The text, in which the kernel writes unprintable bytes and backslashes as {@code \\xNN}, of
   * {@code priority,sequence,time,flags;text\n KEY=value\n}.
   */
  static String message(String record) {
    int from = record.indexOf(';') + 1;
    int to = record.indexOf('\n', from);
    return Mangling.decode(record.substring(from, to < 0 ? record.length() : to));
  }

  @Override
  public void close() {
    if (fd >= 0) {
      libc.close(fd);
    }
  }
}
