package org.jdmsetup.ioctl.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.ReadAhead;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Reads and sets how far the kernel reads ahead on a device: through sysfs, which counts KiB, or,
 * where that is not there, through an ioctl on the device's node, which counts sectors.
 */
public final class ReadAheadFiles {
  private static final int SECTORS_PER_KIB = 2;

  private final String directory;
  private final Consumer<String> messages;

  public ReadAheadFiles(String directory, Consumer<String> messages) {
    this.directory = directory;
    this.messages = messages;
  }

  private static Path file(DeviceNumber number) {
    return Path.of("/sys/dev/block/" + number + "/bdi/read_ahead_kb");
  }

  /** The present value; none if it cannot be read, which has been reported then. */
  public Optional<Sectors> get(String name, DeviceNumber number) {
    try {
      String text = Files.readString(file(number), StandardCharsets.ISO_8859_1).trim();
      long sectors = Long.parseLong(text) * SECTORS_PER_KIB;
      // a number so large that it wraps limits nothing, and is told as one that is not known
      return sectors < 0 ? Optional.empty() : Optional.of(new Sectors(sectors));
    } catch (IOException | NumberFormatException e) {
      ByteBuffer value = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
      return ioctl(name, Linux.O_RDONLY, Linux.BLKRAGET, LibC.address(value))
          ? Optional.of(new Sectors(value.getLong(0)))
          : Optional.empty();
    }
  }

  void set(String name, DeviceNumber number, ReadAhead wanted) {
    Sectors least = wanted.value();
    if (wanted.minimum() && get(name, number).filter(least::isAtMost).isPresent()) {
      return;
    }
    // an odd number is rounded up
    String kib = Long.toString((least.count() + 1) / SECTORS_PER_KIB);
    try {
      Files.write(file(number), kib.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      ioctl(name, Linux.O_RDONLY, Linux.BLKRASET, least.count());
    }
  }

  private boolean ioctl(String name, int flags, long request, long argument) {
    LibC libc = LibC.get();
    String path = directory + "/" + name;
    byte[] node = LibC.path(path);
    int fd = libc.open(node, flags | Linux.O_CLOEXEC, 0);
    if (fd < 0) {
      messages.accept(path + ": open failed: " + Errno.text(LibC.errno()));
      return false;
    }
    try {
      if (libc.ioctl(fd, request, argument) < 0) {
        String call = request == Linux.BLKRAGET ? "BLKRAGET" : "BLKRASET";
        messages.accept(path + ": " + call + " failed: " + Errno.text(LibC.errno()));
        return false;
      }
      return true;
    } finally {
      libc.close(fd);
    }
  }
}
