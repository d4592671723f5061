package org.jdmsetup.ioctl.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.Libdevmapper;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.system.FileStat;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The kernel's device mapper, behind its control node. The node is a character device with a fixed
 * number since Linux 2.6.36; where nobody has made it, it is made here, as libdevmapper does.
 */
final class KernelControl implements ControlDevice {
  private static final DeviceNumber CONTROL = new DeviceNumber(10, 236);
  private static final int CONTROL_MODE = 0600;
  private static final int DIRECTORY_MODE = 0777;

  private final LibC libc;
  private final int fd;
  private final int major;
  private final KernelLog log;
  private List<String> reason = List.of();

  private KernelControl(LibC libc, int fd, int major) {
    this.libc = libc;
    this.fd = fd;
    this.major = major;
    this.log = new KernelLog(libc);
  }

  /** Where the control node is. */
  static String path(String nodeDirectory) {
    return nodeDirectory + "/control";
  }

  /**
   * Opens the control node, making it if it is not there.
   *
   * @throws DriverUnavailableException with errno 0 when no system call has failed
   */
  static KernelControl open(String nodeDirectory) throws DriverUnavailableException {
    LibC libc = LibC.get();
    String path = path(nodeDirectory);
    List<String> lines = new ArrayList<>();
    byte[] name = LibC.path(path);
    int failure = ensureNode(libc, nodeDirectory, path, lines);
    int fd = -1;
    if (failure == 0) {
      fd = libc.open(name, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
      if (fd < 0) {
        failure = LibC.errno();
      } else if (!FileStat.ofOpen(fd).isCharacterDevice(CONTROL)) {
        libc.close(fd);
        failure =
            Errno.ESTALE.number(); // something else took the node's place since it was checked
      }
      if (failure != 0) {
        lines.add(path + ": open failed: " + Errno.text(failure));
      }
    }
    if (failure != 0) {
      lines.add("Failure to communicate with kernel device-mapper driver.");
      if (libc.geteuid() == 0) {
        lines.add("Check that device-mapper is available in the kernel.");
      }
      lines.add(Libdevmapper.INCOMPATIBLE);
      throw new DriverUnavailableException(failure, lines, List.of());
    }
    int major = blockMajor();
    if (major < 0) {
      libc.close(fd);
      throw new DriverUnavailableException(
          0,
          List.of(
              "/proc/devices: No entry for device-mapper found",
              "Failed to set up list of device-mapper major numbers"),
          List.of());
    }
    return new KernelControl(libc, fd, major);
  }

  /**
   * Makes the node if it is not there; 0, or the error number of what failed, after adding its
   * line.
   */
  private static int ensureNode(LibC libc, String nodeDirectory, String path, List<String> lines) {
    byte[] name = LibC.path(path);
    FileStat stat = FileStat.of(path);
    if (stat.isCharacterDevice(CONTROL)) {
      return 0;
    }
    if (stat.exists() && libc.unlink(name) < 0) {
      return addFailure(path, "unlink", lines);
    }
    if (stat.errno() != 0 && stat.errno() != Errno.ENOENT.number()) {
      lines.add(path + ": stat failed: " + Errno.text(stat.errno()));
    }
    int mask = libc.umask(022);
    int unmade = makeDirectories(libc, nodeDirectory, lines);
    if (unmade != 0) {
      libc.umask(mask);
      return unmade;
    }
    libc.umask(0);
    int made = libc.mknod(name, Linux.S_IFCHR | CONTROL_MODE, CONTROL.encoded());
    int errno = made < 0 ? LibC.errno() : 0;
    libc.umask(mask);
    if (errno == 0 || errno == Errno.EEXIST.number()) {
      return 0;
    }
    lines.add(path + ": mknod failed: " + Errno.text(errno));
    return errno;
  }

  /** Makes a directory and those above it; 0, or the error number, whose line has been added. */
  private static int makeDirectories(LibC libc, String directory, List<String> lines) {
    for (int end = directory.indexOf('/', 1); ; end = directory.indexOf('/', end + 1)) {
      String path = end < 0 ? directory : directory.substring(0, end);
      FileStat stat = FileStat.of(path);
      if (stat.exists() && !stat.isDirectory()) {
        lines.add("Existing path " + path + " is not a directory.");
        return Errno.ENOTDIR.number();
      }
      if (!stat.exists()
          && libc.mkdir(LibC.path(path), DIRECTORY_MODE) < 0
          && LibC.errno() != Errno.EEXIST.number()) {
        return addFailure(path, "mkdir", lines);
      }
      if (end < 0) {
        return 0;
      }
    }
  }

  /** Adds the line for a call that has just failed, and returns its error number. */
  private static int addFailure(String path, String call, List<String> lines) {
    int errno = LibC.errno();
    lines.add(path + ": " + call + " failed: " + Errno.text(errno));
    return errno;
  }

  /** Device mapper's major among the block devices of /proc/devices; -1 if it has none. */
  static int blockMajor() {
    try {
      return blockMajor(Files.readString(Path.of("/proc/devices"), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return -1;
    }
  }

  static int blockMajor(String devices) {
    boolean block = false;
    for (String line : devices.split("\n")) {
      if (line.startsWith("Block devices:")) {
        block = true;
      } else if (block && line.endsWith(" device-mapper")) {
        return Integer.parseInt(line.trim().split(" ")[0]);
      }
    }
    return -1;
  }

  @Override
  public int call(DmCommand command, ByteBuffer buffer) {
    log.skip();
    if (libc.ioctl(fd, command.request(), LibC.address(buffer)) >= 0) {
      reason = List.of();
      return 0;
    }
    int errno = LibC.errno();
    reason = log.messages().stream().map(message -> "kernel log: " + message).toList();
    return errno;
  }

  @Override
  public String reason() {
    return String.join("\n", reason);
  }

  @Override
  public int major() {
    return major;
  }

  @Override
  public String description() {
    return "kernel device mapper";
  }

  @Override
  public void close() {
    log.close();
    libc.close(fd);
  }
}
