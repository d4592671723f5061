package org.jdmsetup.engine.targets.snapshot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which chunks of a snapshot are no longer the origin's, and where on the COW device they are: a
 * hash table of numbers. Looking up takes no lock and allocates nothing; changing is done by one
 * thread at a time.
 *
 * <p>An entry is two longs: chunk of the origin plus one (0: free, -1: removed), chunk on the COW
 * device. A key is written after its value, so that whoever sees the key sees the value.
 */
final class ExceptionTable {
  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final long FREE = 0;
  private static final long REMOVED = -1;
  private static final int SMALLEST = 128;
  private static final int LARGEST = 1 << 30;

  private volatile long[] entries = new long[SMALLEST];

  /** Entries that are not free, those removed among them. */
  private int used;

  private int size;

  /** Where a chunk is on the COW device; -1 when it has no exception. */
  long find(long chunk) {
    long[] table = entries;
    long key = chunk + 1;
    for (int at = place(key, table.length); ; at = following(at, table.length)) {
      long found = (long) ELEMENT.getAcquire(table, at);
      if (found == key) {
        return (long) ELEMENT.getAcquire(table, at + 1);
      }
      if (found == FREE) {
        return -1;
      }
    }
  }

  /** Adds an exception for a chunk that has none. */
  synchronized void add(long chunk, long newChunk) {
    long[] table = entries;
    if (used + 1 > table.length / 8 * 3) { // three quarters of the places
      table = rebuilt();
      entries = table;
    }
    put(table, chunk + 1, newChunk);
    used++;
    size++;
  }

  private static void put(long[] table, long key, long value) {
    int at = place(key, table.length);
    while ((long) ELEMENT.getAcquire(table, at) != FREE) {
      at = following(at, table.length);
    }
    ELEMENT.setRelease(table, at + 1, value);
    ELEMENT.setRelease(table, at, key);
  }

  private long[] rebuilt() {
    long wanted = SMALLEST;
    while (wanted < 4L * (size + 1)) {
      wanted *= 2;
    }
    if (wanted > LARGEST) {
      throw new OutOfMemoryError("a snapshot of more than " + size + " exceptions");
    }
    long[] table = new long[(int) wanted];
    for (int at = 0; at < entries.length; at += 2) {
      if (entries[at] != FREE && entries[at] != REMOVED) {
        put(table, entries[at], entries[at + 1]);
      }
    }
    used = size;
    return table;
  }

  /** Takes a chunk's exception away, if it has one. */
  synchronized void remove(long chunk) {
    long[] table = entries;
    long key = chunk + 1;
    for (int at = place(key, table.length); table[at] != FREE; at = following(at, table.length)) {
      if (table[at] == key) {
        ELEMENT.setRelease(table, at, REMOVED);
        size--;
        return;
      }
    }
  }

  private static int place(long key, int length) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & (length - 1) & ~1;
  }

  private static int following(int at, int length) {
    return at + 2 & (length - 1);
  }
}
