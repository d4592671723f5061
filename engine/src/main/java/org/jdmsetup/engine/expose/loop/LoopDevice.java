package org.jdmsetup.engine.expose.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.expose.fuse.FuseFile;
import org.jdmsetup.engine.expose.openers.Openers;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop device on one file of the FUSE mount.
 *
 * <p>Some calls to the loop driver wait for the requests in flight, and so does closing the last
 * descriptor; a suspended device holds those requests. Such calls run in order on other threads.
 * The control thread, which alone can resume the device, waits for them for {@link #WAIT_MILLIS} at
 * most.
 */
final class LoopDevice {

  private static final Logger LOG = LoggerFactory.getLogger(LoopDevice.class);

  private static final int WAIT_MILLIS = 2000;

  /** How often, and how far apart, a loop device that was detached is tried for. */
  private static final int BIND_TRIES = 20;

  private static final int BIND_PAUSE_MILLIS = 5;

  final int number;
  final int minor;
  final FuseFile file;

  /** Whether we made the loop device, so that it goes with the mapped one. */
  final boolean made;

  private final Path path;
  private final Path nodes;
  private final Executor threads;
  private final LoopLimits limits;
  private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);

  /** What the loop driver was told last; changed by calls that run in order. */
  private volatile long sectors;

  private volatile int blockSize;
  private volatile boolean readOnly;

  /** Open exclusively while a table uses the device; -1 as a rule. Belongs to those calls too. */
  private int claim = -1;

  /**
   * A descriptor that keeps the loop device open while requests may be held; otherwise -1. Used
   * only by calls that run in order.
   */
  private int keptOpen = -1;

  /** Whether we are about to detach the loop device ourselves. */
  private volatile boolean leaving;

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
    limits = new LoopLimits(number, made, file, path, nodes);
  }

  /**
   * Binds a loop device to a file.
   *
   * @param wanted number, or -1 for a new loop device. Existing ones are never chosen: people use
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
    int backing = NativeIo.C.open(path.toString(), Linux.O_RDWR | Linux.O_CLOEXEC, 0);
    if (backing < 0) {
      return NativeIo.errno();
    }
    int fd = LoopDriver.open(number, nodes, Linux.O_RDWR);
    try {
      if (fd < 0) {
        return -fd;
      }
      BlockDevice device = file.device;
      sectors = device.sizeSectors();
      blockSize = device.logicalBlockSize();
      readOnly = device.readOnly();
      limits.bind();
      int errno = LoopDriver.configure(fd, backing, blockSize, path.toString());
      if (errno == 0) {
        if (sectors > 0) {
          limits.adapt(fd, blockSize, true);
        }
        errno = LoopDriver.setReadOnly(fd, readOnly);
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
    enqueue(() -> errno[0] = adapt());
    if (!awaitQueued()) {
      LOG.info("loop{} changes once its requests in flight are done", number);
    } else if (errno[0] != 0) {
      throw new IOException("changing /dev/loop" + number + ": " + Errno.text(errno[0]));
    }
  }

  private boolean isLikeItsDevice() {
    BlockDevice device = file.device;
    return sectors == device.sizeSectors()
        && blockSize == device.logicalBlockSize()
        && readOnly == device.readOnly()
        && limits.areUpToDate();
  }

  /** Changes what differs; what the driver refuses is tried again next time. */
  private int adapt() {
    int fd = LoopDriver.open(number, nodes, Linux.O_RDONLY);
    if (fd < 0) {
      return -fd;
    }
    try {
      int errno = adaptBlockSize(fd);
      if (errno == 0) {
        limits.adapt(fd, blockSize, sectors == 0);
        errno = adaptReadOnly(fd);
      }
      return errno == 0 ? adaptSize(fd) : errno;
    } finally {
      NativeIo.C.close(fd);
    }
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
    int errno = limits.changeBlockSize(claim >= 0 ? claim : fd, wanted);
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
   * @return 0, or an error number: EBUSY when somebody has, EAGAIN when that cannot be told yet as
   *     another call waits for requests in flight
   */
  int claim() {
    int[] opened = {0};
    enqueue(
        () -> {
          opened[0] = LoopDriver.open(number, nodes, Linux.O_RDONLY | Linux.O_EXCL);
          claim = opened[0];
        });
    if (!awaitQueued()) {
      releaseClaim(); // it may yet succeed, for nobody
      return Errno.EAGAIN.number();
    }
    return Math.max(0, -opened[0]);
  }

  void releaseClaim() {
    enqueue(
        () -> {
          close(claim);
          claim = -1;
        });
  }

  /**
   * Keeps the loop device open, or stops doing so. The last close of a loop device waits for the
   * requests in flight, and nobody can open the device until then: not even losetup, which opens
   * every loop device. While we keep it open, no other program's close is the last.
   */
  void keepOpen(boolean wanted) {
    if (wanted) {
      enqueue(
          () -> {
            if (keptOpen < 0) {
              keptOpen = LoopDriver.open(number, nodes, Linux.O_RDONLY);
            }
          });
      awaitQueued();
    } else {
      enqueue(
          () -> {
            close(keptOpen);
            keptOpen = -1;
          });
    }
  }

  private static void close(int fd) {
    if (fd >= 0) {
      NativeIo.C.close(fd);
    }
  }

  /** Has the kernel write what it caches of the loop device. */
  void writeOut() {
    int fd = LoopDriver.open(number, nodes, Linux.O_RDONLY);
    if (fd < 0) {
      return; // somebody has detached it
    }
    writeOut(fd);
    NativeIo.C.close(fd);
  }

  private void writeOut(int fd) {
    // not fsync: where nothing is to be written, no flush may wait for a device below that is
    // suspended
    if (NativeIo.C.sync_file_range(fd, 0, 0, Linux.SYNC_FILE_RANGE_WRITE_AND_WAIT) != 0) {
      LOG.warn("writing out loop{}: {}", number, Errno.text(NativeIo.errno()));
    }
  }

  /**
   * To be called when somebody has closed the file: binds the loop device again if it was detached.
   * Any program may tell the loop driver to detach (losetup -D detaches all that are not open).
   * Nobody has the device open then and nothing is cached, so binding it again restores it.
   *
   * @param taken called when another program has bound the loop device to something else
   * @return completed when that is done
   */
  CompletableFuture<Void> rebindIfDetached(Runnable taken) {
    if (leaving) {
      return CompletableFuture.completedFuture(null);
    }
    return enqueue(
        () -> {
          if (!leaving && !isOurs()) {
            bindAgain(taken);
          }
        });
  }

  private void bindAgain(Runnable taken) {
    int errno = 0;
    for (int tries = 0; tries < BIND_TRIES; tries++) {
      if (readOnly) {
        allowWriting(); // or it could not be opened as binding wants it
      }
      errno = configure();
      if (errno == 0) {
        LOG.warn("loop{} was detached by another program and is bound again", number);
        return;
      }
      if (errno != Errno.EBUSY.number() || LoopDriver.backingFile(number) != null) {
        break;
      }
      Uninterruptibly.sleep(BIND_PAUSE_MILLIS); // somebody has it open exclusively
    }
    LOG.warn("loop{} was detached and is not ours any more: {}", number, Errno.text(errno));
    taken.run();
  }

  private void allowWriting() {
    int fd = LoopDriver.open(number, nodes, Linux.O_RDONLY);
    if (fd >= 0) {
      LoopDriver.setReadOnly(fd, false);
      NativeIo.C.close(fd);
    }
  }

  /**
   * Clears the driver's autoclear flag, so that the loop device does not detach when its last user
   * closes it. The driver sets that flag when a program asks it to detach a device that is open.
   * Not done while requests may be held, because the driver would wait for them.
   */
  void cancelAutoclear() {
    if (LoopDriver.isAutoclear(number)) {
      enqueue(
          () -> {
            if (keptOpen >= 0 || leaving) {
              return;
            }
            int fd = LoopDriver.open(number, nodes, Linux.O_RDONLY);
            if (fd >= 0) {
              cancelAutoclear(fd);
              NativeIo.C.close(fd);
            }
          });
    }
  }

  private void cancelAutoclear(int fd) {
    int failed = LoopDriver.cancelAutoclear(fd);
    if (failed != 0 && failed != Errno.ENXIO.number()) {
      LOG.error("keeping loop{} bound: {}", number, Errno.text(failed));
    }
  }

  /**
   * Detaches the loop device if nobody uses it.
   *
   * @return whether it is gone
   */
  boolean unbind() {
    enqueue(
        () -> {
          if (keptOpen >= 0) {
            writeOut(keptOpen); // what was written while no close was the last
          }
        });
    if (!awaitQueued()) {
      return false;
    }
    leaving = true;
    boolean gone = unbindNow();
    leaving = gone;
    return gone;
  }

  private boolean unbindNow() {
    if (isOurs()) {
      // a program that just closed the file is released a little later
      for (int tries = 0; file.opens.get() > 1; tries++) {
        if (tries == 20) {
          return false;
        }
        Uninterruptibly.sleep(1);
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
    leaving = true;
    releaseClaim();
    keepOpen(false);
    awaitQueued();
    int fd = isOurs() ? LoopDriver.open(number, nodes, Linux.O_RDONLY) : -1;
    if (fd >= 0) {
      boolean inUse = LoopDriver.detach(fd) == 0 && LoopDriver.flags(fd) != -Errno.ENXIO.number();
      enqueue(() -> NativeIo.C.close(fd));
      if (inUse) {
        return false;
      }
      awaitQueued();
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
   * Asks the driver to detach the loop device. If another program has it open, the driver only sets
   * autoclear; the flags show that, and autoclear is cleared again.
   */
  private boolean detach() {
    int heldBefore = keptOpen;
    int fd = heldBefore >= 0 ? heldBefore : LoopDriver.open(number, nodes, Linux.O_RDONLY);
    if (fd < 0) {
      return fd == -Errno.ENXIO.number() || fd == -Errno.ENOENT.number();
    }
    int errno = LoopDriver.detach(fd);
    int flags = errno == 0 ? LoopDriver.flags(fd) : -errno;
    if (flags >= 0) {
      enqueue(
          () -> {
            cancelAutoclear(fd);
            if (heldBefore < 0) {
              NativeIo.C.close(fd);
            }
          });
      return false;
    }
    if (!made) {
      LoopDriver.setReadOnly(fd, false);
    }
    NativeIo.C.close(fd);
    keptOpen = -1;
    return flags == -Errno.ENXIO.number();
  }

  int openCount(Openers openers) {
    int direct = Math.max(0, file.opens.get() - (isOurs() ? 1 : 0));
    return direct + openers.count(minor, LoopDriver.sysfs(number));
  }

  /** Has a call run after those before it, also if one of them failed. */
  private synchronized CompletableFuture<Void> enqueue(Runnable call) {
    tail =
        tail.handleAsync(
            (done, failureBefore) -> {
              run(call);
              return null;
            },
            threads);
    return tail;
  }

  private void run(Runnable call) {
    try {
      call.run();
    } catch (Throwable thrown) {
      Faults.tell("a call to loop" + number, thrown); // as a rule nobody waits for it
      throw thrown;
    }
  }

  /** Waits for such calls; whether they are done. */
  private boolean awaitQueued() {
    CompletableFuture<Void> last;
    synchronized (this) {
      last = tail;
    }
    try {
      last.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
