package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.targets.mirror.Region.State;

/**
 * Regions by their index: a hash table that allocates nothing once it has grown. Guarded by {@link
 * Regions}.
 */
final class RegionMap {
  private Region[] buckets = new Region[64];
  private int count;
  private Region free;

  /** A region; null when it is not here. */
  Region find(long index) {
    Region region = buckets[bucket(index)];
    while (region != null && region.index != index) {
      region = region.nextInBucket;
    }
    return region;
  }

  /** Adds a region that is not here yet. */
  Region add(long index, State state) {
    if (count == buckets.length) {
      grow();
    }
    Region region = free;
    if (region == null) {
      region = new Region();
    } else {
      free = region.nextInBucket;
    }
    region.index = index;
    region.state = state;
    region.pending = 0;
    insert(region);
    count++;
    return region;
  }

  /** Takes a region out; the object is used for another one later. */
  void remove(Region region) {
    int bucket = bucket(region.index);
    if (buckets[bucket] == region) {
      buckets[bucket] = region.nextInBucket;
    } else {
      Region before = buckets[bucket];
      while (before.nextInBucket != region) {
        before = before.nextInBucket;
      }
      before.nextInBucket = region.nextInBucket;
    }
    count--;
    region.nextInBucket = free;
    free = region;
  }

  private int bucket(long index) {
    return (int) (index ^ index >>> 32) & buckets.length - 1;
  }

  private void insert(Region region) {
    int bucket = bucket(region.index);
    region.nextInBucket = buckets[bucket];
    buckets[bucket] = region;
  }

  private void grow() {
    Region[] before = buckets;
    buckets = new Region[2 * before.length];
    for (Region first : before) {
      Region region = first;
      while (region != null) {
        Region following = region.nextInBucket;
        insert(region);
        region = following;
      }
    }
  }
}
