package org.jdmsetup.engine.targets.mirror;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which regions are the same on all legs, and which one is to be made so next. Any thread may read;
 * only the mirror's work queue changes something.
 */
final class SyncBits {
  private final long regions;
  private final AtomicLongArray bits;
  private volatile long count;
  private long search;

  SyncBits(long regions, boolean inSync) {
    this.regions = regions;
    bits = new AtomicLongArray(Math.toIntExact((regions + 63) / 64));
    if (inSync) {
      for (long region = 0; region < regions; region += 64) {
        setWord((int) (region / 64), -1L);
      }
    }
  }

  int words() {
    return bits.length();
  }

  long regions() {
    return regions;
  }

  boolean get(long region) {
    return (bits.get((int) (region >>> 6)) >>> region & 1) != 0;
  }

  /** How many regions are in sync. */
  long count() {
    return count;
  }

  void set(long region, boolean inSync) {
    int word = (int) (region >>> 6);
    long bit = 1L << region;
    long now = bits.get(word);
    setWord(word, inSync ? now | bit : now & ~bit);
  }

  /** Replaces the bits of 64 regions; those behind the last region do not count. */
  void setWord(int word, long now) {
    long kept = now;
    if (word == bits.length() - 1 && regions % 64 != 0) {
      kept &= (1L << regions) - 1;
    }
    long before = bits.getAndSet(word, kept);
    count = count + Long.bitCount(kept) - Long.bitCount(before);
  }

  /** Begins again with the first region. */
  void restartSearch() {
    search = 0;
  }

  /** The next region that is not in sync, each one only once a search; -1 when there is none. */
  long nextOutOfSync() {
    while (search < regions) {
      long rest = ~bits.get((int) (search >>> 6)) >>> search;
      if (rest == 0) {
        search = (search | 63) + 1;
      } else {
        long found = search + Long.numberOfTrailingZeros(rest);
        search = found + 1;
        return found < regions ? found : -1;
      }
    }
    return -1;
  }
}
