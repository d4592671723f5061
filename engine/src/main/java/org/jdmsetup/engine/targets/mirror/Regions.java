package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.targets.mirror.Region.State;

/**
 * The states of regions, and where writes to them have to go. Regions that are not here are clean,
 * or not in sync, as the log says. A region that was written stays marked for a while, so that the
 * log is not written for every request.
 *
 * <p>Safe to use from any thread; what changes the log is for the mirror's work queue alone.
 */
final class Regions {

  /** Where a write has to go. */
  enum Route {
    /** To all legs. */
    LEGS,
    /** To the default leg, as the others have older data anyway. */
    DEFAULT_LEG,
    /** It was queued for the work queue, which has to be woken. */
    QUEUED,
    /** It waits until its region is recovered, or a write to the same sectors is done. */
    DELAYED
  }

  /** What the end of a write has brought about. */
  enum WriteEffect {
    NONE,
    /** There are idle regions now. */
    IDLE,
    /** A region that is to be recovered has no writes any more. */
    QUIESCED,
    /** There may be idle regions now, and {@link #pollReleased} has writes that wait no more. */
    RELEASED
  }

  private final DirtyLog log;
  private final int shift;

  private final RegionMap map = new RegionMap();
  private final WritesInFlight inFlight = new WritesInFlight();
  private final IdleRegions idle = new IdleRegions();

  /** Those to become {@link State#DIRTY}. */
  private Region marking;

  private final RequestList queued = new RequestList();
  private final RequestList released = new RequestList();
  private boolean allQueued;
  private boolean flushFailed;

  /**
   * @param regionSectors a power of two
   */
  Regions(DirtyLog log, long regionSectors) {
    this.log = log;
    shift = Long.numberOfTrailingZeros(regionSectors);
  }

  /** The region of a sector of the rule. */
  long indexOf(long sector) {
    return sector >>> shift;
  }

  // --- requests --------------------------------------------------------------------------------

  /** A write, or another request that the work queue has to look at first, has arrived. */
  synchronized Route admit(Request request) {
    if (allQueued || request.op() != Request.Op.WRITE) {
      return queue(request);
    }
    long index = indexOf(request.sector());
    Region region = map.find(index);
    if (region == null) {
      return log.sync().get(index) ? queue(request) : enter(map.add(index, State.NOSYNC), request);
    }
    return region.state == State.MARKING ? queue(request) : enter(region, request);
  }

  private Route queue(Request request) {
    queued.add(request);
    return Route.QUEUED;
  }

  private Route enter(Region region, Request write) {
    if (region.state == State.RECOVERING
        || region.state != State.NOSYNC && !inFlight.begin(region, write)) {
      region.delayed.add(write);
      return Route.DELAYED;
    }
    if (region.state == State.IDLE) {
      idle.remove(region);
      region.state = State.DIRTY;
    }
    region.pending++;
    return region.state == State.NOSYNC ? Route.DEFAULT_LEG : Route.LEGS;
  }

  /** Whether all requests are to be queued for the work queue. */
  synchronized void queueAll(boolean all) {
    allQueued = all;
  }

  synchronized boolean queuesAll() {
    return allQueued;
  }

  /** Takes what was queued for the work queue. */
  synchronized void takeQueued(RequestList into) {
    into.addAll(queued);
  }

  /**
   * Work queue: says where a write that was queued goes, marking its region if need be; then the
   * log must be flushed, and {@link #marked} called, before it is issued.
   */
  synchronized Route mark(Request write) {
    long index = indexOf(write.sector());
    Region region = map.find(index);
    if (region == null) {
      region = map.add(index, log.sync().get(index) ? State.MARKING : State.NOSYNC);
      if (region.state == State.MARKING) {
        log.mark(index);
        region.next = marking;
        marking = region;
      }
    }
    return enter(region, write);
  }

  /** Work queue: the log is written. */
  synchronized void marked() {
    while (marking != null) {
      Region region = marking;
      marking = region.next;
      region.next = null;
      region.state = State.DIRTY;
    }
  }

  /** A write that {@link #admit} or {@link #mark} sent to the legs is complete. */
  synchronized WriteEffect written(long index, Request write) {
    Region region = map.find(index);
    inFlight.end(region, write);
    region.pending--;
    boolean waits = !region.delayed.isEmpty();
    if (region.state == State.RECOVERING) {
      return region.pending == 0 ? WriteEffect.QUIESCED : WriteEffect.NONE;
    }
    released.addAll(region.delayed);
    if (region.pending > 0) {
      return waits ? WriteEffect.RELEASED : WriteEffect.NONE;
    }
    if (flushFailed) {
      region.state = State.NOSYNC; // who knows whether it is on all legs
    }
    if (region.state == State.NOSYNC) {
      if (!log.sync().get(index)) {
        map.remove(region); // the log knows it
      }
      return waits ? WriteEffect.RELEASED : WriteEffect.NONE;
    }
    region.state = State.IDLE;
    idle.add(region);
    return waits ? WriteEffect.RELEASED : WriteEffect.IDLE;
  }

  /** Takes a write that waits no more and has to be submitted again; null when there is none. */
  synchronized Request pollReleased() {
    return released.poll();
  }

  /** A flush did not reach all legs: nobody knows what happened to the writes before it. */
  synchronized void flushFailed() {
    flushFailed = true;
  }

  // --- clean again -----------------------------------------------------------------------------

  /**
   * Work queue: marks idle regions clean in the log; the caller must then flush the log.
   *
   * @param all also regions that became idle since the last sweep
   * @return whether idle regions are left
   */
  synchronized boolean sweep(boolean all) {
    for (Region region = idle.poll(all); region != null; region = idle.poll(all)) {
      if (!flushFailed) {
        log.clear(region.index);
      }
      map.remove(region);
    }
    idle.swept();
    return !idle.isEmpty();
  }

  // --- recovery --------------------------------------------------------------------------------

  /**
   * Work queue: keeps new writes out of a region that is not in sync.
   *
   * @return whether no write is under way there; else {@link WriteEffect#QUIESCED} tells
   */
  synchronized boolean recover(long index) {
    Region region = map.find(index);
    if (region == null) {
      region = map.add(index, State.RECOVERING);
    }
    region.state = State.RECOVERING;
    return region.pending == 0;
  }

  /**
   * Work queue: the region is as the log says now.
   *
   * @param delayed gets the writes that waited
   */
  synchronized void recovered(long index, RequestList delayed) {
    Region region = map.find(index);
    delayed.addAll(region.delayed);
    map.remove(region);
  }

  /**
   * Work queue: a write to the region did not reach all legs. It is still counted.
   *
   * @param delayed gets the writes that waited, if the region was about to be recovered
   * @return whether it was about to be recovered
   */
  synchronized boolean markOutOfSync(long index, RequestList delayed) {
    Region region = map.find(index);
    boolean recovering = region.state == State.RECOVERING;
    region.state = State.NOSYNC;
    delayed.addAll(region.delayed);
    return recovering;
  }
}
