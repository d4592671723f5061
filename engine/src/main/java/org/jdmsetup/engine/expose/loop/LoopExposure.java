package org.jdmsetup.engine.expose.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.engine.expose.freeze.FreezeException;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.expose.freeze.FrozenFileSystem;
import org.jdmsetup.engine.expose.fuse.FuseConnection;
import org.jdmsetup.engine.expose.fuse.FuseFile;
import org.jdmsetup.engine.expose.fuse.FuseSession;
import org.jdmsetup.engine.expose.openers.Openers;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.OwnProcess;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real block devices: one FUSE mount for the daemon with a regular file for each mapped device, and
 * a loop device with direct I/O on each file. Needs root, {@code /dev/fuse} and {@code
 * /dev/loop-control}.
 *
 * <p>Requests come in on the FUSE workers' threads and are submitted there. A request that its
 * device keeps holds a buffer of its own and no thread, so a suspended or slow device leaves the
 * others alone (bounds: {@link FuseSession}). A write of part of a block reads the block, changes
 * it and writes it back. No other write through this exposure can come between; one over NBD can.
 */
public final class LoopExposure implements Exposure {
  private final RankedLock lock = new RankedLock(LockRank.EXPOSURE);

  private static final Logger LOG = LoggerFactory.getLogger(LoopExposure.class);

  /** The loop driver takes no larger blocks than a page. */
  private static final int MAX_BLOCK = 4096;

  /** Well beyond what a thousand loop devices take that nothing holds up. */
  private static final int ABANDON_SECONDS = 30;

  private final Path runDirectory;
  private final FuseConnection fuse;
  private final Map<Integer, LoopDevice> devices = new TreeMap<>();
  private final Openers openers = new Openers();
  private final LoopRemoval removal = new LoopRemoval();
  private final Set<Frozen> frozen = ConcurrentHashMap.newKeySet();

  private final DetachGuard detachGuard = new DetachGuard();
  private volatile NewNumber listener = (before, now) -> {};
  private final ExecutorService threads =
      Executors.newCachedThreadPool(DaemonThreads.named("loop-control"));

  /**
   * Mounts {@code fuse/} in the run directory, which is created when missing.
   *
   * @param loops serve the requests
   * @throws IOException when FUSE cannot be had; the message says what was tried
   */
  public LoopExposure(Path runDirectory, EventLoops loops) throws IOException {
    Path absolute = Files.createDirectories(runDirectory).toRealPath();
    this.runDirectory = absolute;
    Path mountPoint = StaleExposure.mountPoint(absolute);
    if (!Files.isDirectory(mountPoint)) {
      Files.createDirectory(mountPoint);
    }
    try {
      fuse = new FuseConnection(mountPoint, loops);
    } catch (IOException e) {
      Files.delete(mountPoint);
      throw e;
    }
  }

  /** Why this process cannot have block devices (one line), or null when it can. */
  public static String unavailable() {
    if (OwnProcess.uid() != 0) {
      return "not root";
    }
    FileFacts facts = FileFacts.of("/dev/fuse");
    if (facts == null) {
      return "/dev/fuse: " + Errno.text(NativeIo.errno());
    }
    return LoopDriver.unavailable();
  }

  @Override
  public RankedLock lock() {
    return lock;
  }

  @Override
  public int major() {
    return LoopDriver.MAJOR;
  }

  @Override
  public boolean hasNodes() {
    return true;
  }

  @Override
  public int add(String name, BlockDevice device, int wantedMinor) throws IOException {
    lock.lock();
    try {
      if (device.logicalBlockSize() > MAX_BLOCK) {
        throw new IOException(
            "blocks of " + device.logicalBlockSize() + " bytes, at most " + MAX_BLOCK + " go");
      }
      int wanted = -1;
      if (wantedMinor >= 0) {
        wanted = LoopDriver.number(wantedMinor);
        if (wanted < 0) {
          throw new IOException("no loop device can have minor " + wantedMinor);
        }
        removal.await(wanted);
      }
      FuseFile file = fuse.session.tree.add(name, device);
      try {
        return bind(file, wanted).minor;
      } catch (IOException | RuntimeException e) {
        fuse.session.tree.remove(file);
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  private LoopDevice bind(FuseFile file, int wanted) throws IOException {
    LoopDevice loop = LoopDevice.bind(file, fuse.path(file), runDirectory, wanted, threads);
    devices.put(loop.minor, loop);
    openers.added(loop.number);
    file.whenClosed = () -> detachGuard.rebindIfDetached(loop, this::replaceTakenLoop);
    return loop;
  }

  /** A loop device is another program's now, so its mapped device gets a new one. */
  private void replaceTakenLoop(LoopDevice lost) {
    lock.lock();
    try {
      if (!devices.remove(lost.minor, lost)) {
        return;
      }
      LoopDevice bound;
      try {
        bound = bind(lost.file, -1);
      } catch (IOException | RuntimeException e) {
        devices.put(lost.minor, lost); // tried again when the file is closed again
        LOG.error("the device on loop{} has no node any more", lost.number, e);
        return;
      }
      lost.keepOpen(false);
      lost.releaseClaim();
      listener.changed(lost.minor, bound.minor);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onNewNumber(NewNumber told) {
    listener = told;
  }

  /** Clears autoclear on all loop devices: a program that tried to detach one has set it. */
  private void cancelAutoclears() {
    List<LoopDevice> all;
    lock.lock();
    try {
      all = List.copyOf(devices.values());
    } finally {
      lock.unlock();
    }
    all.forEach(LoopDevice::cancelAutoclear);
  }

  @Override
  public void update(int minor) throws IOException {
    lock.lock();
    try {
      LoopDevice loop = devices.get(minor);
      if (loop == null) {
        throw new IOException("no device with minor " + minor);
      }
      if (loop.file.device.logicalBlockSize() > MAX_BLOCK) {
        throw new IOException("blocks of " + loop.file.device.logicalBlockSize() + " bytes");
      }
      loop.update();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean remove(int minor) {
    lock.lock();
    try {
      LoopDevice loop = devices.get(minor);
      if (loop == null) {
        return true;
      }
      if (!loop.unbind()) {
        return false;
      }
      fuse.session.tree.remove(loop.file);
      devices.remove(minor);
      removeMade(loop);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void removeMade(LoopDevice loop) {
    if (loop.made && LoopDriver.backingFile(loop.number) == null) {
      removal.remove(loop.number);
    }
  }

  @Override
  public boolean shows(FileFacts file) {
    FileFacts root = FileFacts.of(fuse.mountPoint.toString());
    return root != null && root.fileSystem() == file.fileSystem();
  }

  @Override
  public void clientConnected(String nodes) {
    openers.clientConnected(nodes);
    if (detachGuard.isAutoclearCheckDue()) {
      threads.execute(this::cancelAutoclears);
    }
    detachGuard.awaitRebound();
  }

  @Override
  public int openCount(int minor) {
    lock.lock();
    try {
      LoopDevice loop = devices.get(minor);
      return loop == null ? 0 : loop.openCount(openers);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int claim(int minor) {
    lock.lock();
    try {
      LoopDevice loop = devices.get(minor);
      return loop == null ? 0 : loop.claim();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void releaseClaim(int minor) {
    lock.lock();
    try {
      LoopDevice loop = devices.get(minor);
      if (loop != null) {
        loop.releaseClaim();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void keepOpen(int minor, boolean wanted) {
    lock.lock();
    try {
      LoopDevice loop = devices.get(minor);
      if (loop != null) {
        loop.keepOpen(wanted);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Frozen freeze(int minor) throws FreezeException {
    LoopDevice loop;
    lock.lock();
    try {
      loop = devices.get(minor);
    } finally {
      lock.unlock();
    }
    if (loop == null) {
      return null;
    }
    FrozenFileSystem fileSystem =
        FrozenFileSystem.freeze(new DeviceNumber(LoopDriver.MAJOR, loop.minor));
    if (fileSystem == null) {
      loop.writeOut();
      return null;
    }
    Frozen tracked =
        new Frozen() {
          @Override
          public void thaw() {
            if (frozen.remove(this)) {
              fileSystem.thaw();
            }
          }
        };
    frozen.add(tracked);
    return tracked;
  }

  private void abandonAll() {
    for (LoopDevice loop : devices.values()) {
      if (!loop.abandon()) {
        LOG.warn("loop{} is in use; it goes when its last user does", loop.number);
      } else {
        removeMade(loop);
      }
    }
    removal.finish();
  }

  /**
   * Takes all devices away and unmounts. Whoever still uses one gets I/O errors, and its loop
   * device goes when they let go.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      CompletableFuture<Void> abandoned = CompletableFuture.runAsync(this::abandonAll, threads);
      try {
        Uninterruptibly.await(
            abandoned, System.nanoTime() + TimeUnit.SECONDS.toNanos(ABANDON_SECONDS));
      } catch (TimeoutException e) {
        // the loop driver waits for requests that are held back: the end of the mount fails them
        LOG.warn("requests under way are failed");
      } catch (ExecutionException e) {
        LOG.error("loop devices could not all be taken away", e.getCause());
      }
      fuse.close();
      openers.close();
      // only now: requests to suspended devices fail, so what a file system writes holds nothing up
      frozen.forEach(Frozen::thaw);
      threads.shutdown();
      try {
        Files.deleteIfExists(fuse.mountPoint);
      } catch (IOException e) {
        LOG.warn("{} stays", fuse.mountPoint, e);
      }
    } finally {
      lock.unlock();
    }
  }
}
