package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Request;

/**
 * Which sectors of a region are being written to all legs. Overlapping writes reach the legs one
 * after another: otherwise one leg could end with the first write and another leg with the second.
 * Allocates nothing once it has grown; guarded by {@link Regions}.
 */
final class WritesInFlight {

  /** A write that is under way or held; kept and used again. */
  static final class Flight {
    private Request write;
    private long first;
    private long end;
    private Flight next;
  }

  private Flight free;

  /** Notes a write to a region; false when one to the same sectors is in flight. */
  boolean begin(Region region, Request write) {
    long first = write.sector();
    long end = first + write.sectors();
    for (Flight flight = region.flights; flight != null; flight = flight.next) {
      if (first < flight.end && flight.first < end) {
        return false;
      }
    }
    Flight flight = free;
    if (flight == null) {
      flight = new Flight();
    } else {
      free = flight.next;
    }
    flight.write = write;
    flight.first = first;
    flight.end = end;
    flight.next = region.flights;
    region.flights = flight;
    return true;
  }

  /** A write is complete; nothing if it went to the default leg alone, and so is not noted. */
  void end(Region region, Request write) {
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
      flight.next = free;
      free = flight;
    }
  }
}
