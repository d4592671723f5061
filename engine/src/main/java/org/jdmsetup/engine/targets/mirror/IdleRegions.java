package org.jdmsetup.engine.targets.mirror;

/**
 * Marked regions that are not written any more, in the order in which that began. Guarded by {@link
 * Regions}.
 */
final class IdleRegions {
  private Region first;
  private Region last;
  private int sweeps;

  /** A region is idle from now on. */
  void add(Region region) {
    region.idleSince = sweeps;
    region.previous = last;
    if (last == null) {
      first = region;
    } else {
      last.next = region;
    }
    last = region;
  }

  /** A region is written again. */
  void remove(Region region) {
    if (region.previous == null) {
      first = region.next;
    } else {
      region.previous.next = region.next;
    }
    if (region.next == null) {
      last = region.previous;
    } else {
      region.next.previous = region.previous;
    }
    region.previous = null;
    region.next = null;
  }

  /**
   * Takes the region out that has been idle for longest; null when there is none.
   *
   * @param all also regions that became idle since the last sweep
   */
  Region poll(boolean all) {
    Region region = first;
    if (region == null || !all && region.idleSince == sweeps) {
      return null;
    }
    remove(region);
    return region;
  }

  /** A sweep has ended. */
  void swept() {
    sweeps++;
  }

  boolean isEmpty() {
    return first == null;
  }
}
