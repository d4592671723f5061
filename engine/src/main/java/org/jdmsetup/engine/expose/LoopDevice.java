package org.jdmsetup.engine.expose;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop device on one file of the FUSE mount.
 *
 * <p>Some calls of the loop driver wait until the requests in flight are done, which a suspended
 * device keeps, and so may closing a descriptor that happens to be the last one. They run in order
 * on threads of their own, and the control thread, which alone can resume the device, waits for
 * them only so long.
 */
final class LoopDevice {

  private static final Logger LOG = LoggerFactory.getLogger(LoopDevice.class);

  private static final int WAIT_MILLIS = 2000;
  private static final int OTHER_BLOCK = 4096;

  final int number;
  final int minor;
  final FuseFile file;

  /** Whether we made the loop device, so that it goes with the mapped one. */
  final boolean made;

  private final Path path;
  private final Path nodes;
  private final Executor threads;
  private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);

  /** What the loop driver was told last; changed by calls that run in order. */
  private volatile long sectors;

  private volatile int blockSize;
  private volatile int discardUnit;
  private volatile boolean readOnly;

  /** Open exclusively while a table uses the device; -1 as a rule. Belongs to those calls too. */
  private int claim = -1;

  private LoopDevice(
      int number, boolean made, FuseFile file, Path path, Path nodes, Executor threads)
      throws IOException {
    this.number = number;
    this.minor = LoopDriver.minor(number);
    this.made = made;
    this.file = file;
    this.path = path;
    this.nodes = nodes;
    this.threads = threads;
  }

  /**
   * Binds a loop device to a file.
   *
   * @param wanted number, or -1 for a new loop device: those that exist are left to people who call
   *     them by their number
   */
  static LoopDevice bind(FuseFile file, Path path, Path nodes, int wanted, Executor threads)
      throws IOException {
    while (true) {
      int number = LoopDriver.add(wanted);
      boolean made = number >= 0;
      if (!made && wanted >= 0 && number == -Errno.EEXIST.number()) {
        number = wanted;
      } else if (!made) {
        throw new IOException("making a loop device: " + Errno.text(-number));
      }
      LoopDevice loop = new LoopDevice(number, made, file, path, nodes, threads);
      int errno = loop.configure();
      if (errno == 0) {
        return loop;
      }
      if (errno == Errno.EBUSY.number() && wanted < 0) {
        // some other program took the new device first: it is theirs now
        continue;
      }
      if (made) {
        LoopDriver.remove(number);
      }
      throw new IOException(
          "binding /dev/loop" + number + " to " + path + ": " + Errno.text(errno));
    }
  }

  private int configure() {
    int backing = NativeIo.C.open(path.toString(), NativeIo.O_RDWR | NativeIo.O_CLOEXEC, 0);
    if (backing < 0) {
      return NativeIo.errno();
    }
    int fd = LoopDriver.open(number, nodes, NativeIo.O_RDWR);
    try {
      if (fd < 0) {
        return -fd;
      }
      BlockDevice device = file.device;
      sectors = device.sizeSectors();
      blockSize = device.logicalBlockSize();
      discardUnit = file.fileSystemBlock();
      readOnly = device.readOnly();
      int errno = LoopDriver.configure(fd, backing, blockSize, path.toString());
      if (errno == 0) {
        errno = LoopDriver.readOnly(fd, readOnly);
      }
      return errno;
    } finally {
      NativeIo.C.close(backing);
      if (fd >= 0) {
        NativeIo.C.close(fd);
      }
    }
  }

  /** Makes the loop device like the mapped one again. */
  void update() throws IOException {
    if (isLikeItsDevice()) {
      return;
    }
    int[] errno = {0};
    afterOthers(() -> errno[0] = adapt());
    if (!othersDone()) {
      LOG.info("loop{} changes once its requests in flight are done", number);
    } else if (errno[0] != 0) {
      throw new IOException("changing /dev/loop" + number + ": " + Errno.text(errno[0]));
    }
  }

  private boolean isLikeItsDevice() {
    BlockDevice device = file.device;
    return sectors == device.sizeSectors()
        && blockSize == device.logicalBlockSize()
        && readOnly == device.readOnly();
  }

  /** Changes what differs; what the driver refuses is tried again next time. */
  private int adapt() {
    int fd = LoopDriver.open(number, nodes, NativeIo.O_RDONLY);
    if (fd < 0) {
      return -fd;
    }
    try {
      int errno = adaptReadOnly(fd);
      if (errno == 0) {
        errno = adaptBlockSize(fd);
      }
      if (errno == 0 && sectors == 0) {
        adaptDiscardUnit(fd);
      }
      return errno == 0 ? adaptSize(fd) : errno;
    } finally {
      NativeIo.C.close(fd);
    }
  }

  private int adaptReadOnly(int fd) {
    boolean wanted = file.device.readOnly();
    int errno = LoopDriver.readOnly(fd, wanted);
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
    int errno = LoopDriver.blockSize(claim >= 0 ? claim : fd, wanted);
    if (errno == Errno.EBUSY.number()) {
      // not under a mounted file system; requests of the old block size go on being served
      LOG.warn("loop{} is in use and keeps its blocks of {} bytes", number, blockSize);
      return 0;
    }
    if (errno == 0) {
      blockSize = wanted;
      discardUnit = file.fileSystemBlock();
    }
    return errno;
  }

  /**
   * The driver looks at the granularity of discards when its block size changes and never else; so
   * it is changed and changed back, while the device has no size and nobody can be using it.
   */
  private void adaptDiscardUnit(int fd) {
    int wanted = file.fileSystemBlock();
    if (wanted != discardUnit) {
      int other = blockSize == OTHER_BLOCK ? OTHER_BLOCK / 2 : OTHER_BLOCK;
      boolean changed = LoopDriver.blockSize(fd, other) == 0;
      if (changed && LoopDriver.blockSize(fd, blockSize) == 0) {
        discardUnit = wanted;
      }
    }
  }

  private int adaptSize(int fd) {
    long wanted = file.device.sizeSectors();
    if (wanted == sectors) {
      return 0;
    }
    // older kernels take the size that was last seen, so it is looked at first
    FileFacts.of(path.toString());
    int errno = LoopDriver.takeSizeFromFile(fd);
    if (errno == 0) {
      sectors = wanted;
    }
    return errno;
  }

  /**
   * Keeps others from opening the loop device exclusively.
   *
   * @return 0, or EBUSY when somebody has
   */
  int claim() {
    int[] opened = {0};
    afterOthers(
        () -> {
          opened[0] = LoopDriver.open(number, nodes, NativeIo.O_RDONLY | NativeIo.O_EXCL);
          claim = opened[0];
        });
    if (!othersDone() || opened[0] >= 0) {
      return 0;
    }
    if (opened[0] == -Errno.EBUSY.number()) {
      return Errno.EBUSY.number();
    }
    LOG.warn("loop{} cannot be claimed: {}", number, Errno.text(-opened[0]));
    return 0;
  }

  void disclaim() {
    afterOthers(
        () -> {
          if (claim >= 0) {
            NativeIo.C.close(claim);
          }
          claim = -1;
        });
  }

  /** Has the kernel write what it caches of the loop device. */
  void writeOut() {
    int fd = LoopDriver.open(number, nodes, NativeIo.O_RDONLY);
    if (fd < 0) {
      return; // somebody has detached it
    }
    // not fsync: where nothing is to be written, no flush may wait for a device below that is
    // suspended
    if (NativeIo.C.sync_file_range(fd, 0, 0, NativeIo.SYNC_FILE_RANGE_WRITE_AND_WAIT) != 0) {
      LOG.warn("writing out loop{}: {}", number, Errno.text(NativeIo.errno()));
    }
    NativeIo.C.close(fd);
  }

  /**
   * Detaches the loop device if nobody uses it.
   *
   * @return whether it is gone
   */
  boolean unbind() {
    if (!othersDone()) {
      return false;
    }
    if (isOurs()) {
      // a program that just closed the file is released a little later
      for (int tries = 0; file.opens.get() > 1; tries++) {
        if (tries == 20) {
          return false;
        }
        LoopDriver.pause(1);
      }
      if (!detach()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Detaches the loop device now, or when its last user has gone.
   *
   * @return whether it is gone
   */
  boolean abandon() {
    disclaim();
    othersDone();
    int fd = isOurs() ? LoopDriver.open(number, nodes, NativeIo.O_RDONLY) : -1;
    if (fd >= 0) {
      boolean inUse = LoopDriver.clear(fd) == 0 && LoopDriver.flags(fd) != -Errno.ENXIO.number();
      afterOthers(() -> NativeIo.C.close(fd));
      if (inUse) {
        return false;
      }
      othersDone();
    }
    return true;
  }

  /** Whether the loop device is still bound to our file; anybody may have detached it. */
  private boolean isOurs() {
    String backing = LoopDriver.backingFile(number);
    // without its directory when somebody has unmounted ours lazily
    return path.toString().equals(backing) || ("/" + file.name).equals(backing);
  }

  /**
   * Asks the driver to detach. With another opener it only remembers to do so later, which tells
   * that there is one, and is then taken back.
   */
  private boolean detach() {
    int fd = LoopDriver.open(number, nodes, NativeIo.O_RDONLY);
    if (fd < 0) {
      return fd == -Errno.ENXIO.number() || fd == -Errno.ENOENT.number();
    }
    int errno = LoopDriver.clear(fd);
    int flags = errno == 0 ? LoopDriver.flags(fd) : -errno;
    if (flags >= 0) {
      afterOthers(
          () -> {
            int failed = LoopDriver.keep(fd);
            if (failed != 0 && failed != Errno.ENXIO.number()) {
              LOG.error("keeping loop{} bound: {}", number, Errno.text(failed));
            }
            NativeIo.C.close(fd);
          });
      return false;
    }
    if (!made) {
      LoopDriver.readOnly(fd, false);
    }
    NativeIo.C.close(fd);
    return flags == -Errno.ENXIO.number();
  }

  int openCount(Openers openers) {
    int direct = Math.max(0, file.opens.get() - (isOurs() ? 1 : 0));
    return direct + openers.count(minor, LoopDriver.sysfs(number));
  }

  /** Has a call run after those before it. */
  private void afterOthers(Runnable call) {
    tail = tail.thenRunAsync(call, threads);
  }

  /** Waits for such calls; whether they are done. */
  private boolean othersDone() {
    try {
      tail.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      tail = CompletableFuture.completedFuture(null);
      throw new IllegalStateException(e.getCause());
    }
  }
}
