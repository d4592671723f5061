package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Request;

/**
 * Which sectors of a region are being written to all legs. Overlapping writes reach the legs one
 * after another: otherwise one leg could end with the first write and another leg with the second.
 * Allocates nothing once it has grown; guarded by {@link Regions}.
 */
final class WritesInFlight {

  /** A write that is under way or held; kept and used again. */
  static final class WrittenRange {
    private Request write;
    private long first;
    private long end;
    private WrittenRange next;
  }

  private WrittenRange free;

  /** Notes a write to a region; false when one to the same sectors is in flight. */
  boolean begin(Region region, Request write) {
    long first = write.sector();
    long end = first + write.sectors();
    for (WrittenRange range = region.inFlight; range != null; range = range.next) {
      if (first < range.end && range.first < end) {
        return false;
      }
    }
    WrittenRange range = free;
    if (range == null) {
      range = new WrittenRange();
    } else {
      free = range.next;
    }
    range.write = write;
    range.first = first;
    range.end = end;
    range.next = region.inFlight;
    region.inFlight = range;
    return true;
  }

  /** A write is complete; nothing if it went to the default leg alone, and so is not noted. */
  void end(Region region, Request write) {
    WrittenRange before = null;
    WrittenRange range = region.inFlight;
    while (range != null && range.write != write) {
      before = range;
      range = range.next;
    }
    if (range != null) {
      if (before == null) {
        region.inFlight = range.next;
      } else {
        before.next = range.next;
      }
      range.write = null;
      range.next = free;
      free = range;
    }
  }
}
