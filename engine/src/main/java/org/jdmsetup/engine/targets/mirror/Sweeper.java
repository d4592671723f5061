package org.jdmsetup.engine.targets.mirror;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.targets.WorkQueue;

/**
 * Notes idle regions as clean in a mirror's log, some time after their last write. {@link
 * #sweepLater} is for any thread, the rest happens on the mirror's work queue.
 */
final class Sweeper {
  /** How long a region stays marked without writes at least. */
  private static final long SWEEP_MILLIS = 200;

  private final WorkQueue queue;
  private final Regions regions;
  private final DirtyLog log;
  private final WorkQueue.Job sweep;
  private final AtomicBoolean queued = new AtomicBoolean();

  private volatile boolean closed;

  Sweeper(WorkQueue queue, Regions regions, DirtyLog log) {
    this.queue = queue;
    this.regions = regions;
    this.log = log;
    sweep = queue.job(this::sweepIdle);
  }

  /** There are idle regions: sweeps in a while, once. */
  void sweepLater() {
    if (queued.compareAndSet(false, true)) {
      try {
        queue.schedule(SWEEP_MILLIS, sweep);
      } catch (Throwable thrown) {
        queued.set(false); // the next write tries again
        Faults.log("noting later what is clean", thrown);
      }
    }
  }

  private void sweepIdle() {
    queued.set(false);
    if (!closed) {
      boolean idleLeft = regions.sweep(false);
      log.flush();
      if (idleLeft) {
        sweepLater();
      }
    }
  }

  /** Work queue: notes all idle regions as clean, at once. */
  void sweepAll() {
    regions.sweep(true);
    log.flush();
  }

  /** Sweeps no more. */
  void close() {
    closed = true;
  }
}
