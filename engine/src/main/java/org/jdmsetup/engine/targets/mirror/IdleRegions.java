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
    region.before = last;
    if (last == null) {
      first = region;
    } else {
      last.after = region;
    }
    last = region;
  }

  /** A region is written again. */
  void remove(Region region) {
    if (region.before == null) {
      first = region.after;
    } else {
      region.before.after = region.after;
    }
    if (region.after == null) {
      last = region.before;
    } else {
      region.after.before = region.before;
    }
    region.before = null;
    region.after = null;
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
