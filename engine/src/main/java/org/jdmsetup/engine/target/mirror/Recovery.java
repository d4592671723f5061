package org.jdmsetup.engine.target.mirror;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.Copier;
import org.jdmsetup.engine.block.Copier.Destination;

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

  // Guarded by the monitor.
  private boolean allowed;
  private long region = -1;
  private boolean ended;
  private boolean readFailed;
  private long writesFailed;

  /** The work queue's: whether the region is being copied. */
  private boolean copying;

  /**
   * @param length of the rule in sectors
   * @param wake wakes the work queue
   */
  Recovery(
      Legs legs, SyncBits sync, Regions regions, long length, long regionSectors, Runnable wake) {
    this.legs = legs;
    this.sync = sync;
    this.regions = regions;
    this.length = length;
    this.regionSectors = regionSectors;
    this.wake = wake;
  }

  /** Lets recovery begin or go on. */
  synchronized void allow() {
    allowed = true;
  }

  /** Begins no region any more, and waits until the one under way is done. */
  synchronized void stop() {
    allowed = false;
    boolean interrupted = false;
    while (region >= 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // a copy cannot be left alone
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins with the next region, or with the copy for which a region was waiting. */
  void proceed() {
    long next = next();
    if (next >= 0 && !copying && regions.recover(next)) {
      copying = true;
      copy(next);
    }
  }

  private synchronized long next() {
    if (region < 0 && allowed) {
      region = sync.next();
    }
    return region;
  }

  private void copy(long index) {
    long first = index * regionSectors;
    Leg source = legs.defaultLeg();
    List<Destination> others = new ArrayList<>();
    List<Leg> targets = new ArrayList<>();
    for (int i = 0; i < legs.count(); i++) {
      Leg leg = legs.get(i);
      if (leg != source) {
        targets.add(leg);
        others.add(new Destination(leg.device(), leg.start() + first));
      }
    }
    copier.copy(
        source.device(),
        source.start() + first,
        Math.min(regionSectors, length - first),
        others,
        (readErrno, failed) -> copied(source, readErrno, targets, failed));
  }

  private void copied(Leg source, int readErrno, List<Leg> targets, long failed) {
    long bad = 0;
    for (int i = 0; i < targets.size(); i++) {
      if ((failed & 1L << i) != 0) {
        bad |= 1L << targets.get(i).index();
      }
    }
    if (readErrno != 0) {
      bad |= 1L << source.index();
    }
    if (bad != 0) {
      legs.fail(bad, LegError.SYNC);
    }
    synchronized (this) {
      ended = true;
      readFailed = readErrno != 0;
      writesFailed = failed;
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
    return !readFailed && writesFailed == 0;
  }

  /** The region is done, one way or the other. */
  synchronized void finish() {
    ended = false;
    copying = false;
    region = -1;
    notifyAll();
  }
}
