package org.jdmsetup.engine.targets.mirror;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.Copier;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.tables.parameters.MirrorParams;

/**
 * Makes regions the same on all legs, one at a time: keeps new writes out, waits for those under
 * way, copies from the default leg to the others. All but {@link #allow} and {@link #stop} is for
 * the mirror's work queue.
 */
final class Recovery {
  private final Copier copier = new Copier();
  private final Legs legs;
  private final SyncBits sync;
  private final Regions regions;
  private final Runnable wake;
  private final long length;
  private final long regionSectors;

  /** Whether a region counts as recovered even if its copy failed. */
  private final boolean ignoreErrors;

  // Guarded by the monitor.
  private boolean allowed;
  private long region = -1;
  private boolean ended;
  private boolean succeeded;

  /** The work queue's: whether the region is being copied. */
  private boolean copying;

  /**
   * @param wake wakes the work queue
   */
  Recovery(MirrorParams params, Legs legs, SyncBits sync, Regions regions, Runnable wake) {
    this.legs = legs;
    this.sync = sync;
    this.regions = regions;
    length = params.length().count();
    regionSectors = params.region().count();
    ignoreErrors = !params.handleErrors();
    this.wake = wake;
  }

  /** Lets recovery begin or go on. */
  synchronized void allow() {
    allowed = true;
  }

  /** Begins no region any more, and waits until the one under way is done. */
  synchronized void stop() {
    allowed = false;
    Uninterruptibly.await(this, () -> region < 0); // a copy cannot be left alone
  }

  /** Begins with the next region, or with the copy for which a region was waiting. */
  void proceed() {
    long next = next();
    if (next >= 0 && !copying && regions.recover(next)) {
      copying = true;
      try {
        copy(next);
      } catch (Throwable thrown) {
        Faults.log("recovering a region of a mirror", thrown);
        copied(allBut(legs.defaultLeg()));
      }
    }
  }

  private synchronized long next() {
    if (region < 0 && allowed) {
      region = sync.nextOutOfSync();
    }
    return region;
  }

  private void copy(long index) {
    long first = index * regionSectors;
    Leg source = legs.defaultLeg();
    List<Leg> others = new ArrayList<>();
    for (int i = 0; i < legs.count(); i++) {
      if (legs.get(i) != source) {
        others.add(legs.get(i));
      }
    }
    new RegionCopy(copier, source, others, ignoreErrors, this::copied)
        .start(first, Math.min(regionSectors, length - first));
  }

  private long allBut(Leg source) {
    return (1L << legs.count()) - 1 & ~(1L << source.index());
  }

  private void copied(long failed) {
    try {
      if (failed != 0) {
        legs.fail(failed, LegError.SYNC);
      }
    } catch (Throwable thrown) {
      Faults.log("noting an error of a mirror's leg", thrown);
    }
    synchronized (this) {
      ended = true;
      succeeded = failed == 0;
    }
    wake.run();
  }

  /** Whether a copy has ended since the last time; {@link #finish} is due then. */
  synchronized boolean hasEnded() {
    return ended;
  }

  /** The region that is being recovered. */
  synchronized long region() {
    return region;
  }

  /** Whether the copy that has ended reached all legs. */
  synchronized boolean succeeded() {
    return succeeded;
  }

  /** The region is done, one way or the other. */
  synchronized void finish() {
    ended = false;
    copying = false;
    region = -1;
    notifyAll();
  }
}
