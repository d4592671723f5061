package org.jdmsetup.it.ioctl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/** The kernel's own device mapper: plain ioctls on its control node, whatever their number. */
final class KernelDriver implements Driver {
  private static final long FIRST_REQUEST = 0xC138FD00L;

  private final LibC libc = LibC.get();
  private final int control;
  private final Map<Integer, Deque<Integer>> nodes = new HashMap<>();

  KernelDriver() {
    control = libc.open(LibC.path("/dev/mapper/control"), Linux.O_RDWR, 0);
    if (control < 0) {
      throw new IllegalStateException("/dev/mapper/control: " + Errno.text(LibC.errno()));
    }
  }

  /** The major number of mapped devices. */
  static int major() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/devices"))) {
      if (line.endsWith(" device-mapper")) {
        return Integer.parseInt(line.strip().split(" ")[0]);
      }
    }
    throw new IOException("no device mapper in /proc/devices");
  }

  @Override
  public int call(int command, ByteBuffer buffer) {
    int result = libc.ioctl(control, FIRST_REQUEST + command, LibC.address(buffer));
    return result < 0 ? LibC.errno() : 0;
  }

  @Override
  public boolean open(int minor) {
    int descriptor = libc.open(LibC.path("/dev/dm-" + minor), Linux.O_RDONLY, 0);
    if (descriptor < 0) {
      return false;
    }
    nodes.computeIfAbsent(minor, ignored -> new ArrayDeque<>()).push(descriptor);
    return true;
  }

  @Override
  public void close(int minor) {
    libc.close(nodes.get(minor).pop());
  }

  @Override
  public String facts(int minor) {
    Path device = Path.of("/sys/block/dm-" + minor);
    try {
      return Files.readString(device.resolve("size")).strip()
          + ' '
          + Files.readString(device.resolve("ro")).strip()
          + ' '
          + Files.readString(device.resolve("queue/logical_block_size")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
