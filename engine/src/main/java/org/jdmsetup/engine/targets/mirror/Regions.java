package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.targets.mirror.Region.State;

/**
 * The states of regions, and who may write where. Regions that are not here are clean, or not in
 * sync, as the log says. A region that was written stays marked for a while, so that the log is not
 * written for every request.
 *
 * <p>Two writes to the same sectors reach the legs one after the other: else the legs could end up
 * with one each.
 *
 * <p>Safe to use from any thread; what changes the log is for the mirror's work queue alone.
 */
final class Regions {

  /** Where a write has to go. */
  enum Way {
    /** To all legs. */
    LEGS,
    /** To the default leg, as the others have older data anyway. */
    DEFAULT_LEG,
    /** It was kept for the work queue, which has to be woken. */
    KEPT,
    /** It was kept until its region is recovered, or a write to the same sectors is done. */
    DELAYED
  }

  /** What the end of a write has brought about. */
  enum Effect {
    NONE,
    /** There are idle regions now. */
    IDLE,
    /** A region that is to be recovered has no writes any more. */
    QUIESCED,
    /** There may be idle regions now, and {@link #pollFreed} has writes that can go on. */
    FREED
  }

  private final DirtyLog log;
  private final int shift;

  private Region[] buckets = new Region[64];
  private int count;
  private Region free;
  private Flight freeFlight;

  /** Those to become {@link State#DIRTY}. */
  private Region marking;

  private Region firstIdle;
  private Region lastIdle;
  private int sweeps;

  private final RequestList waiting = new RequestList();
  private final RequestList freed = new RequestList();
  private boolean allKept;
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
  synchronized Way admit(Request request) {
    if (allKept || request.op() != Request.Op.WRITE) {
      return keep(request);
    }
    long index = indexOf(request.sector());
    Region region = find(index);
    if (region == null) {
      return log.sync().get(index) ? keep(request) : enter(add(index, State.NOSYNC), request);
    }
    return region.state == State.MARKING ? keep(request) : enter(region, request);
  }

  private Way keep(Request request) {
    waiting.add(request);
    return Way.KEPT;
  }

  private Way enter(Region region, Request write) {
    if (region.state == State.RECOVERING
        || region.state != State.NOSYNC && !takeOff(region, write)) {
      region.delayed.add(write);
      return Way.DELAYED;
    }
    if (region.state == State.IDLE) {
      unlinkIdle(region);
      region.state = State.DIRTY;
    }
    region.pending++;
    return region.state == State.NOSYNC ? Way.DEFAULT_LEG : Way.LEGS;
  }

  /** Notes a write to all legs; false when one to the same sectors is under way. */
  private boolean takeOff(Region region, Request write) {
    long first = write.sector();
    long end = first + write.sectors();
    for (Flight flight = region.flights; flight != null; flight = flight.next) {
      if (first < flight.end && flight.first < end) {
        return false;
      }
    }
    Flight flight = freeFlight;
    if (flight == null) {
      flight = new Flight();
    } else {
      freeFlight = flight.next;
    }
    flight.write = write;
    flight.first = first;
    flight.end = end;
    flight.next = region.flights;
    region.flights = flight;
    return true;
  }

  private void land(Region region, Request write) {
    Flight before = null;
    Flight flight = region.flights;
    while (flight != null && flight.write != write) {
      before = flight;
      flight = flight.next;
    }
    if (flight != null) {
      if (before == null) {
        region.flights = flight.next;
      } else {
        before.next = flight.next;
      }
      flight.write = null;
      flight.next = freeFlight;
      freeFlight = flight;
    }
  }

  /** Whether all requests are to be kept for the work queue. */
  synchronized void keepAll(boolean all) {
    allKept = all;
  }

  synchronized boolean keepsAll() {
    return allKept;
  }

  /** Takes what was kept for the work queue. */
  synchronized void takeWaiting(RequestList into) {
    into.addAll(waiting);
  }

  /**
   * Work queue: lets a write that was kept go on, marking its region if need be; then the log must
   * be flushed, and {@link #marked} called, before it is issued.
   */
  synchronized Way mark(Request write) {
    long index = indexOf(write.sector());
    Region region = find(index);
    if (region == null) {
      region = add(index, log.sync().get(index) ? State.MARKING : State.NOSYNC);
      if (region.state == State.MARKING) {
        log.mark(index);
        region.after = marking;
        marking = region;
      }
    }
    return enter(region, write);
  }

  /** Work queue: the log is written. */
  synchronized void marked() {
    while (marking != null) {
      Region region = marking;
      marking = region.after;
      region.after = null;
      region.state = State.DIRTY;
    }
  }

  /** A write that was let go is complete. */
  synchronized Effect written(long index, Request write) {
    Region region = find(index);
    land(region, write);
    region.pending--;
    boolean waits = !region.delayed.isEmpty();
    if (region.state == State.RECOVERING) {
      return region.pending == 0 ? Effect.QUIESCED : Effect.NONE;
    }
    freed.addAll(region.delayed);
    if (region.pending > 0) {
      return waits ? Effect.FREED : Effect.NONE;
    }
    if (flushFailed) {
      region.state = State.NOSYNC; // who knows whether it is on all legs
    }
    if (region.state == State.NOSYNC) {
      if (!log.sync().get(index)) {
        remove(region); // the log knows it
      }
      return waits ? Effect.FREED : Effect.NONE;
    }
    region.state = State.IDLE;
    linkIdle(region);
    return waits ? Effect.FREED : Effect.IDLE;
  }

  /** Takes a write that can go on, which has to be submitted again; null when there is none. */
  synchronized Request pollFreed() {
    return freed.poll();
  }

  /** A flush did not reach all legs: nobody knows what happened to the writes before it. */
  synchronized void flushFailed() {
    flushFailed = true;
  }

  // --- clean again -----------------------------------------------------------------------------

  private void linkIdle(Region region) {
    region.idleSince = sweeps;
    region.before = lastIdle;
    if (lastIdle == null) {
      firstIdle = region;
    } else {
      lastIdle.after = region;
    }
    lastIdle = region;
  }

  private void unlinkIdle(Region region) {
    if (region.before == null) {
      firstIdle = region.after;
    } else {
      region.before.after = region.after;
    }
    if (region.after == null) {
      lastIdle = region.before;
    } else {
      region.after.before = region.before;
    }
    region.before = null;
    region.after = null;
  }

  /**
   * Work queue: notes idle regions in the log as clean; then the log must be flushed.
   *
   * @param all not only those that have been idle since the sweep before
   * @return whether idle regions are left
   */
  synchronized boolean sweep(boolean all) {
    while (firstIdle != null && (all || firstIdle.idleSince != sweeps)) {
      Region region = firstIdle;
      unlinkIdle(region);
      if (!flushFailed) {
        log.clear(region.index);
      }
      remove(region);
    }
    sweeps++;
    return firstIdle != null;
  }

  // --- recovery --------------------------------------------------------------------------------

  /**
   * Work queue: keeps new writes out of a region that is not in sync.
   *
   * @return whether no write is under way there; else {@link Effect#QUIESCED} tells
   */
  synchronized boolean recover(long index) {
    Region region = find(index);
    if (region == null) {
      region = add(index, State.RECOVERING);
    }
    region.state = State.RECOVERING;
    return region.pending == 0;
  }

  /** Work queue: the region is as the log says now; gives back the writes that waited. */
  synchronized void recovered(long index, RequestList delayed) {
    Region region = find(index);
    delayed.addAll(region.delayed);
    remove(region);
  }

  /**
   * Work queue: a write to the region did not reach all legs. It is still counted.
   *
   * @param delayed gets the writes that waited, if the region was about to be recovered
   * @return whether it was about to be recovered
   */
  synchronized boolean nosync(long index, RequestList delayed) {
    Region region = find(index);
    boolean recovering = region.state == State.RECOVERING;
    region.state = State.NOSYNC;
    delayed.addAll(region.delayed);
    return recovering;
  }

  // --- the table of regions ----------------------------------------------------------------------

  private int bucket(long index) {
    return (int) (index ^ index >>> 32) & buckets.length - 1;
  }

  private Region find(long index) {
    Region region = buckets[bucket(index)];
    while (region != null && region.index != index) {
      region = region.chained;
    }
    return region;
  }

  private Region add(long index, State state) {
    if (count == buckets.length) {
      grow();
    }
    Region region = free;
    if (region == null) {
      region = new Region();
    } else {
      free = region.chained;
    }
    region.index = index;
    region.state = state;
    region.pending = 0;
    insert(region);
    count++;
    return region;
  }

  private void insert(Region region) {
    int bucket = bucket(region.index);
    region.chained = buckets[bucket];
    buckets[bucket] = region;
  }

  private void grow() {
    Region[] before = buckets;
    buckets = new Region[2 * before.length];
    for (Region first : before) {
      Region region = first;
      while (region != null) {
        Region following = region.chained;
        insert(region);
        region = following;
      }
    }
  }

  private void remove(Region region) {
    int bucket = bucket(region.index);
    if (buckets[bucket] == region) {
      buckets[bucket] = region.chained;
    } else {
      Region before = buckets[bucket];
      while (before.chained != region) {
        before = before.chained;
      }
      before.chained = region.chained;
    }
    count--;
    region.chained = free;
    free = region;
  }
}
