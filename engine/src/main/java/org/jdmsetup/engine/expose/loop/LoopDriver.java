package org.jdmsetup.engine.expose.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.node.LoopBacking;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop driver's control interface ({@code include/uapi/linux/loop.h}), and the nodes of loop
 * devices. Stateless. An int that a method returns is 0 or a positive error number, unless the
 * method says otherwise.
 */
public final class LoopDriver {

  public static final int MAJOR = LoopBacking.MAJOR;

  static final int FLAG_AUTOCLEAR = 4;
  static final int FLAG_DIRECT_IO = 16;

  private static final Logger LOG = LoggerFactory.getLogger(LoopDriver.class);

  /** How long a loop device that nobody seems to use may take to go. */
  private static final int SETTLE_MILLIS = 5000;

  private static final String CONTROL = "/dev/loop-control";

  // struct loop_info64 and struct loop_config

  private static final int INFO_BYTES = 232;
  private static final int INFO_FLAGS = 52;
  private static final int INFO_FILE_NAME = 56;
  private static final int FILE_NAME_BYTES = 64;

  private static final int CONFIG_BYTES = 304;
  private static final int CONFIG_INFO = 8;

  /** Least number of loop devices that every kernel makes by itself. */
  private static final int USUAL_COUNT = 8;

  private LoopDriver() {}

  /** Why loop devices cannot be had here, or null. */
  static String unavailable() {
    int fd = NativeIo.C.open(CONTROL, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
    if (fd < 0) {
      return CONTROL + ": " + Errno.text(NativeIo.errno());
    }
    NativeIo.C.close(fd);
    return null;
  }

  /**
   * Makes a new loop device.
   *
   * @param number the wanted one, or -1 for the first that does not exist
   * @return its number, or a negative error number (EEXIST when the wanted one exists)
   */
  static int add(int number) {
    return control(Linux.LOOP_CTL_ADD, number);
  }

  /** Removes an unbound loop device; EBUSY while somebody has it open. */
  static int remove(int number) {
    return Math.max(0, -control(Linux.LOOP_CTL_REMOVE, number));
  }

  /** Removes an unbound loop device; what just closed it may take a moment to let go. */
  static void removeWithRetry(int number) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
    int errno = remove(number);
    for (int millis = 1; errno == Errno.EBUSY.number(); millis = Math.min(millis * 2, 64)) {
      if (System.nanoTime() > end) {
        LOG.warn("loop{} is still open somewhere and stays", number);
        return;
      }
      Uninterruptibly.sleep(millis);
      errno = remove(number);
    }
  }

  /** A number that the kernel shows of a device's queue, or -1. */
  static long queueAttribute(int number, String attribute) {
    try {
      Path file = sysfs(number).resolve("queue").resolve(attribute);
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  /** Changes such a number, which may wait for requests in flight; whether that could be done. */
  static boolean setQueueAttribute(int number, String attribute, long value) {
    try {
      Files.writeString(
          sysfs(number).resolve("queue").resolve(attribute),
          Long.toString(value),
          StandardOpenOption.WRITE);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int control(long command, int number) {
    int fd = NativeIo.C.open(CONTROL, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
    if (fd < 0) {
      return -NativeIo.errno();
    }
    try {
      int result = NativeIo.C.ioctl(fd, command, number);
      return result < 0 ? -NativeIo.errno() : result;
    } finally {
      NativeIo.C.close(fd);
    }
  }

  /** Whether somebody made this device after the kernel's own ones. */
  static boolean beyondTheUsual(int number) {
    int count = USUAL_COUNT;
    try {
      count =
          Math.max(
              count,
              Integer.parseInt(
                  Files.readString(Path.of("/sys/module/loop/parameters/max_loop")).strip()));
    } catch (IOException | NumberFormatException e) {
      // the driver has no such parameter: the usual number it is
    }
    return number >= count;
  }

  /** What is known of a device in sysfs. */
  static Path sysfs(int number) {
    return Path.of("/sys/block/loop" + number);
  }

  /** The minor number of a loop device (not the same with partitions: {@code max_part}). */
  static int minor(int number) throws IOException {
    String dev = Files.readString(sysfs(number).resolve("dev")).strip();
    return Integer.parseInt(dev.substring(dev.indexOf(':') + 1));
  }

  /** The number of the loop device with a minor number, or -1 when no loop device can have it. */
  static int number(int minor) {
    int partitions = 0;
    try {
      partitions =
          Integer.parseInt(
              Files.readString(Path.of("/sys/module/loop/parameters/max_part")).strip());
    } catch (IOException | NumberFormatException e) {
      // no such parameter: no partitions
    }
    int shift = 32 - Integer.numberOfLeadingZeros(partitions);
    return (minor & (1 << shift) - 1) == 0 ? minor >> shift : -1;
  }

  /** The path of the file below a bound device as the kernel tells it, or null. */
  static String backingFile(int number) {
    String backing = LoopBacking.of(sysfs(number));
    return backing == null ? null : ByteText.unicode(backing);
  }

  /** Whether a bound device detaches with its last user. */
  static boolean isAutoclear(int number) {
    try {
      return Files.readString(sysfs(number).resolve("loop/autoclear")).startsWith("1");
    } catch (IOException e) {
      return false; // it is not bound
    }
  }

  /**
   * Opens the node of a loop device, through one of our own for a moment when /dev has none.
   *
   * @param directory where such a node may be made
   * @param access O_RDWR for {@link #configure} (with O_RDONLY it would make the device read-only);
   *     O_RDONLY for all else, because a read-only device can be opened with it too
   * @return a descriptor, or a negative error number
   */
  static int open(int number, Path directory, int access) {
    int minor;
    try {
      minor = minor(number);
    } catch (IOException e) {
      return -Errno.ENXIO.number();
    }
    DeviceNumber device = new DeviceNumber(MAJOR, minor);
    int fd = openNode("/dev/loop" + number, device, access);
    if (fd != -Errno.ENOENT.number()) {
      return fd;
    }
    // the run directory may be on a file system mounted without device nodes
    for (Path place : new Path[] {directory, Path.of("/dev")}) {
      String own = place.resolve(".jdmsetup-loop" + number).toString();
      NativeIo.C.unlink(own);
      if (NativeIo.C.mknod(own, Linux.S_IFBLK | 0600, device.encoded()) != 0) {
        fd = -NativeIo.errno();
        continue;
      }
      fd = openNode(own, device, access);
      NativeIo.C.unlink(own);
      if (fd >= 0) {
        return fd;
      }
    }
    return fd;
  }

  /** Opens the node of a device; ENOENT also when that of another device stands there. */
  private static int openNode(String path, DeviceNumber device, int access) {
    try (PinnedFile node = PinnedFile.at(path)) {
      return node == null || !node.facts().isBlockDevice(device)
          ? -Errno.ENOENT.number()
          : node.open(access);
    }
  }

  /** Binds a loop device to a file, with direct I/O. */
  static int configure(int fd, int file, int blockSize, String fileName) {
    AlignedBuffer config = new AlignedBuffer(CONFIG_BYTES);
    ByteBuffer b = config.bytes();
    b.putInt(0, file);
    b.putInt(4, blockSize);
    b.putInt(CONFIG_INFO + INFO_FLAGS, FLAG_DIRECT_IO);
    byte[] name = fileName.getBytes(StandardCharsets.UTF_8);
    b.put(CONFIG_INFO + INFO_FILE_NAME, name, 0, Math.min(name.length, FILE_NAME_BYTES - 1));
    return ioctl(fd, Linux.LOOP_CONFIGURE, config);
  }

  /** The flags of a bound device, or a negative error number (ENXIO: not bound). */
  static int flags(int fd) {
    AlignedBuffer info = new AlignedBuffer(INFO_BYTES);
    int errno = ioctl(fd, Linux.LOOP_GET_STATUS64, info);
    return errno != 0 ? -errno : info.bytes().getInt(INFO_FLAGS);
  }

  /**
   * Clears autoclear: the device no longer detaches with its last user. Waits for requests in
   * flight.
   */
  static int cancelAutoclear(int fd) {
    AlignedBuffer info = new AlignedBuffer(INFO_BYTES);
    int errno = ioctl(fd, Linux.LOOP_GET_STATUS64, info);
    if (errno != 0) {
      return errno;
    }
    info.bytes().putInt(INFO_FLAGS, info.bytes().getInt(INFO_FLAGS) & ~FLAG_AUTOCLEAR);
    return ioctl(fd, Linux.LOOP_SET_STATUS64, info);
  }

  /** Detaches: now, or when its last other user closes it. */
  static int detach(int fd) {
    return ioctl(fd, Linux.LOOP_CLR_FD, 0);
  }

  /**
   * Has the driver take the size of the file below a bound device.
   *
   * @param path of the file
   */
  static int takeSizeFromFile(int fd, Path path) {
    // older kernels take the size that was last seen, so it is looked at first
    FileFacts.of(path.toString());
    return ioctl(fd, Linux.LOOP_SET_CAPACITY, 0);
  }

  /** Waits for requests in flight. */
  static int setBlockSize(int fd, int bytes) {
    return ioctl(fd, Linux.LOOP_SET_BLOCK_SIZE, bytes);
  }

  static int setReadOnly(int fd, boolean readOnly) {
    AlignedBuffer value = new AlignedBuffer(4);
    value.bytes().putInt(0, readOnly ? 1 : 0);
    return ioctl(fd, Linux.BLKROSET, value);
  }

  /**
   * Makes a device writable again: what was made read-only stays so for whoever has the number
   * next.
   *
   * @param directory for {@link #open}
   */
  static void makeWritable(int number, Path directory) {
    int fd = open(number, directory, Linux.O_RDONLY);
    if (fd >= 0) {
      setReadOnly(fd, false);
      NativeIo.C.close(fd);
    }
  }

  /** In sectors; the kernel keeps whole pages. */
  static int setReadAhead(int fd, long sectors) {
    return ioctl(fd, Linux.BLKRASET, sectors);
  }

  /** Zeroes a range in bytes; the kernel finds out how. */
  static int zeroOut(int fd, long start, long length) {
    AlignedBuffer range = new AlignedBuffer(16);
    range.bytes().putLong(0, start).putLong(8, length);
    return ioctl(fd, Linux.BLKZEROOUT, range);
  }

  private static int ioctl(int fd, long command, AlignedBuffer argument) {
    return argument.ioctl(fd, command) < 0 ? NativeIo.errno() : 0;
  }

  private static int ioctl(int fd, long command, long argument) {
    return NativeIo.C.ioctl(fd, command, argument) < 0 ? NativeIo.errno() : 0;
  }
}
