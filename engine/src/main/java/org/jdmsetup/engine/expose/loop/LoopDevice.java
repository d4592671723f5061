package org.jdmsetup.engine.expose.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.expose.fuse.FuseFile;
import org.jdmsetup.engine.expose.openers.Openers;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop device on one file of the FUSE mount.
 *
 * <p>Some calls to the loop driver wait for the requests in flight, and so does closing the last
 * descriptor; a suspended device holds those requests. Such calls are {@link SerialCalls}.
 */
final class LoopDevice {

  private static final Logger LOG = LoggerFactory.getLogger(LoopDevice.class);

  /** Number of attempts to bind a detached loop device again, and the pause between them. */
  private static final int BIND_TRIES = 20;

  private static final int BIND_PAUSE_MILLIS = 5;

  final int number;
  final int minor;
  final FuseFile file;

  /** Whether we made the loop device, and have to remove it together with the mapped one. */
  final boolean made;

  private final Path path;
  private final Path nodes;
  private final SerialCalls calls;
  private final LoopAttributes attributes;

  /**
   * An exclusive descriptor while a table of another mapped device uses this one; otherwise -1.
   * Used only within {@link #calls}.
   */
  private int claim = -1;

  /**
   * A descriptor that keeps the loop device open while requests may be held; otherwise -1. Changed
   * within {@link #calls}, or after all of them have ended.
   */
  private int keptOpen = -1;

  /** Whether we are detaching the loop device ourselves, or have: then it is not bound again. */
  private volatile boolean detachedByUs;

  private LoopDevice(
      int number, boolean made, FuseFile file, Path path, Path nodes, Executor threads)
      throws IOException {
    this.number = number;
    this.minor = LoopDriver.minor(number);
    this.made = made;
    this.file = file;
    this.path = path;
    this.nodes = nodes;
    calls = new SerialCalls("loop" + number, threads);
    attributes = new LoopAttributes(number, made, file, path, nodes);
  }

  /**
   * Binds a loop device to a file.
   *
   * @param wanted number, or -1 for a new loop device. An existing one that nobody named is never
   *     chosen: people use them by their number
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
      attributes.beforeBinding();
      int errno = LoopDriver.configure(fd, backing, attributes.blockSize(), path.toString());
      return errno == 0 ? attributes.bound(fd) : errno;
    } finally {
      NativeIo.C.close(backing);
      if (fd >= 0) {
        NativeIo.C.close(fd);
      }
    }
  }

  /** Passes the mapped device's size, block size, limits and read-only flag on. */
  void update() throws IOException {
    if (attributes.areUpToDate()) {
      return;
    }
    int[] errno = {0};
    calls.enqueue(() -> errno[0] = adapt());
    if (!calls.awaitAll()) {
      LOG.info("loop{} changes once its requests in flight are done", number);
    } else if (errno[0] != 0) {
      throw new IOException("changing /dev/loop" + number + ": " + Errno.text(errno[0]));
    }
  }

  /** Changes what differs; what the driver refuses is tried again next time. */
  private int adapt() {
    int fd = LoopDriver.open(number, nodes, Linux.O_RDONLY);
    if (fd < 0) {
      return -fd;
    }
    try {
      return attributes.adapt(fd, claim);
    } finally {
      NativeIo.C.close(fd);
    }
  }

  /**
   * Keeps others from opening the loop device exclusively.
   *
   * @return 0, or an error number: EBUSY when another program has it open exclusively, EAGAIN when
   *     that cannot be told yet, because an earlier call waits for requests in flight
   */
  int claim() {
    int[] opened = {0};
    calls.enqueue(
        () -> {
          opened[0] = LoopDriver.open(number, nodes, Linux.O_RDONLY | Linux.O_EXCL);
          claim = opened[0];
        });
    if (!calls.awaitAll()) {
      releaseClaim(); // the call that is queued may succeed after we have given up
      return Errno.EAGAIN.number();
    }
    return Math.max(0, -opened[0]);
  }

  void releaseClaim() {
    calls.enqueue(
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
      calls.enqueue(
          () -> {
            if (keptOpen < 0) {
              keptOpen = LoopDriver.open(number, nodes, Linux.O_RDONLY);
            }
          });
      calls.awaitAll();
    } else {
      calls.enqueue(
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

  /** Has the kernel write its dirty pages of the loop device. */
  void writeOut() {
    int fd = LoopDriver.open(number, nodes, Linux.O_RDONLY);
    if (fd < 0) {
      return; // somebody has detached it
    }
    writeOut(fd);
    NativeIo.C.close(fd);
  }

  private void writeOut(int fd) {
    // not fsync: it flushes even if no page is dirty, and that flush would wait for a device below
    // that is suspended
    if (NativeIo.C.sync_file_range(fd, 0, 0, Linux.SYNC_FILE_RANGE_WRITE_AND_WAIT) != 0) {
      LOG.warn("writing out loop{}: {}", number, Errno.text(NativeIo.errno()));
    }
  }

  /**
   * To be called when the FUSE file has been closed, which the loop driver does when it detaches:
   * binds the loop device again. Any program may tell the loop driver to detach (losetup -D
   * detaches all that are not open). Nobody has the device open then and nothing is cached, so
   * binding it again restores it.
   *
   * @param lost called when it cannot be bound again: another program has bound it, or keeps it
   *     open, or binding failed
   * @return completed when it is bound or lost
   */
  CompletableFuture<Void> rebindIfDetached(Runnable lost) {
    if (detachedByUs) {
      return CompletableFuture.completedFuture(null);
    }
    return calls.enqueue(
        () -> {
          if (!detachedByUs && !isOurs()) {
            bindAgain(lost);
          }
        });
  }

  private void bindAgain(Runnable lost) {
    int errno = 0;
    for (int tries = 0; tries < BIND_TRIES; tries++) {
      if (attributes.readOnly()) {
        LoopDriver.makeWritable(number, nodes); // or it could not be opened as binding wants it
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
    lost.run();
  }

  /**
   * Clears the driver's autoclear flag, so that the loop device does not detach when its last user
   * closes it. The driver sets that flag when a program asks it to detach a device that is open.
   * Not done while requests may be held, because the driver would wait for them.
   */
  void cancelAutoclear() {
    if (LoopDriver.isAutoclear(number)) {
      calls.enqueue(
          () -> {
            if (keptOpen >= 0 || detachedByUs) {
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
   * @return whether it is detached now
   */
  boolean unbind() {
    calls.enqueue(
        () -> {
          if (keptOpen >= 0) {
            writeOut(keptOpen); // the kernel writes at the last close, which ours prevented
          }
        });
    if (!calls.awaitAll()) {
      return false;
    }
    detachedByUs = true;
    detachedByUs = unbindNow();
    return detachedByUs;
  }

  private boolean unbindNow() {
    if (isOurs()) {
      // one is the loop driver's; the release of what a program just closed comes a little later
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
   * Detaches the loop device now, or when its last user closes it.
   *
   * @return whether it is detached now
   */
  boolean abandon() {
    detachedByUs = true;
    releaseClaim();
    keepOpen(false);
    calls.awaitAll();
    int fd = isOurs() ? LoopDriver.open(number, nodes, Linux.O_RDONLY) : -1;
    if (fd >= 0) {
      boolean inUse = LoopDriver.detach(fd) == 0 && LoopDriver.flags(fd) != -Errno.ENXIO.number();
      calls.enqueue(() -> NativeIo.C.close(fd));
      if (inUse) {
        return false;
      }
      calls.awaitAll();
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
   * autoclear, and the device is still bound, as its having flags shows; then autoclear is
   * cancelled.
   */
  private boolean detach() {
    int kept = keptOpen;
    int fd = kept >= 0 ? kept : LoopDriver.open(number, nodes, Linux.O_RDONLY);
    if (fd < 0) {
      return fd == -Errno.ENXIO.number() || fd == -Errno.ENOENT.number();
    }
    int errno = LoopDriver.detach(fd);
    int flags = errno == 0 ? LoopDriver.flags(fd) : -errno;
    if (flags >= 0) {
      calls.enqueue(
          () -> {
            cancelAutoclear(fd);
            if (kept < 0) {
              NativeIo.C.close(fd);
            }
          });
      return false;
    }
    if (!made) {
      LoopDriver.setReadOnly(fd, false); // else it would stay so for the next user of the number
    }
    NativeIo.C.close(fd);
    keptOpen = -1;
    return flags == -Errno.ENXIO.number();
  }

  /** How often the device is open: as the FUSE file itself, and as the loop device. */
  int openCount(Openers openers) {
    int asFile = Math.max(0, file.opens.get() - (isOurs() ? 1 : 0));
    return asFile + openers.count(minor, LoopDriver.sysfs(number));
  }
}
