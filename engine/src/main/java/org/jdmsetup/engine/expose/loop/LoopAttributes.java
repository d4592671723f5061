package org.jdmsetup.engine.expose.loop;

import java.nio.file.Path;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.expose.fuse.FuseFile;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the loop driver was told last of the mapped device: its size, its blocks, whether it can be
 * written, and its {@link LoopLimits}. Changed by calls that run in order; methods that return an
 * int return 0 or a positive error number.
 */
final class LoopAttributes {

  private static final Logger LOG = LoggerFactory.getLogger(LoopAttributes.class);

  private final int number;
  private final FuseFile file;
  private final Path path;
  private final LoopLimits limits;

  private volatile long sectors;
  private volatile int blockSize;
  private volatile boolean readOnly;

  /**
   * @param made whether the loop device goes with the mapped one
   * @param path of the file
   * @param nodes where a node may be made
   */
  LoopAttributes(int number, boolean made, FuseFile file, Path path, Path nodes) {
    this.number = number;
    this.file = file;
    this.path = path;
    limits = new LoopLimits(number, made, file, path, nodes);
  }

  int blockSize() {
    return blockSize;
  }

  boolean readOnly() {
    return readOnly;
  }

  /** Whether the loop device is like the mapped one. */
  boolean areUpToDate() {
    BlockDevice device = file.device;
    return sectors == device.sizeSectors()
        && blockSize == device.logicalBlockSize()
        && readOnly == device.readOnly()
        && limits.areUpToDate();
  }

  /** The driver is about to take the file, with its size and {@link #blockSize}. */
  void beforeBinding() {
    BlockDevice device = file.device;
    sectors = device.sizeSectors();
    blockSize = device.logicalBlockSize();
    readOnly = device.readOnly();
    limits.bind();
  }

  /**
   * Tells the driver the rest, when it has taken the file.
   *
   * @param fd of the loop device
   */
  int bound(int fd) {
    if (sectors > 0) {
      limits.adapt(fd, blockSize, true);
    }
    return LoopDriver.setReadOnly(fd, readOnly);
  }

  /**
   * Changes what differs; what the driver refuses is tried again next time.
   *
   * @param fd of the loop device
   * @param claim an exclusive descriptor of it, or -1
   */
  int adapt(int fd, int claim) {
    int errno = adaptBlockSize(claim >= 0 ? claim : fd);
    if (errno == 0) {
      limits.adapt(fd, blockSize, sectors == 0);
      errno = adaptReadOnly(fd);
    }
    return errno == 0 ? adaptSize(fd) : errno;
  }

  private int adaptReadOnly(int fd) {
    boolean wanted = file.device.readOnly();
    int errno = LoopDriver.setReadOnly(fd, wanted);
    if (errno == 0) {
      readOnly = wanted;
    }
    return errno;
  }

  private int adaptBlockSize(int fd) {
    int wanted = file.device.logicalBlockSize();
    if (wanted == blockSize) {
      return 0;
    }
    int errno = limits.changeBlockSize(fd, wanted);
    if (errno == Errno.EBUSY.number()) {
      // not under a mounted file system; requests of the old block size go on being served
      LOG.warn("loop{} is in use and keeps its blocks of {} bytes", number, blockSize);
      return 0;
    }
    if (errno == 0) {
      blockSize = wanted;
    }
    return errno;
  }

  private int adaptSize(int fd) {
    long wanted = file.device.sizeSectors();
    if (wanted == sectors) {
      return 0;
    }
    int errno = LoopDriver.takeSizeFromFile(fd, path);
    if (errno == 0) {
      sectors = wanted;
    }
    return errno;
  }
}
