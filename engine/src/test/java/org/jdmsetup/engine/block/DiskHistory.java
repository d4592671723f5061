package org.jdmsetup.engine.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.tables.Sectors;

/**
 * What was asked of a device and when each request began and ended, for asking afterwards what a
 * power cut at some moment may have left there. Moments are counted by a clock that the histories
 * of several devices share.
 *
 * <p>What is durable: a write that completed before a flush was submitted that completed, and a
 * write with FUA that completed. Of every other write that was submitted any sectors may be there,
 * whatever became of others (Documentation/block/writeback_cache_control).
 */
public final class DiskHistory {
  private static final int NEVER = Integer.MAX_VALUE;

  private final AtomicInteger clock;
  private final byte[] before;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Entry> flushes = new ArrayList<>();
  private final List<List<Entry>> bySector = new ArrayList<>();
  private boolean sealed;

  /** A request. */
  public static final class Entry {
    private final Request.Op op;
    private final int sector;
    private final byte[] data;
    private final boolean fua;
    private final int begun;
    private int ended = NEVER;
    private boolean failed;
    private int durable = NEVER;

    private Entry(Request.Op op, int sector, byte[] data, boolean fua, int begun) {
      this.op = op;
      this.sector = sector;
      this.data = data;
      this.fua = fua;
      this.begun = begun;
    }

    private int sectors() {
      return data.length / Sectors.SIZE;
    }

    private boolean equals(int at, byte[] found, int offset) {
      int from = (at - sector) * Sectors.SIZE;
      return Arrays.equals(data, from, from + Sectors.SIZE, found, offset, offset + Sectors.SIZE);
    }
  }

  /**
   * @param before what the device holds at first
   */
  public DiskHistory(AtomicInteger clock, byte[] before) {
    this.clock = clock;
    this.before = before.clone();
  }

  /**
   * A request that changes something, or a flush, is submitted.
   *
   * @param data what it writes; empty for a flush
   */
  public synchronized Entry begin(Request.Op op, long sector, byte[] data, boolean fua) {
    if (sealed) {
      throw new IllegalStateException("the history is over");
    }
    Entry entry = new Entry(op, (int) sector, data, fua, clock.incrementAndGet());
    (op == Request.Op.FLUSH ? flushes : entries).add(entry);
    return entry;
  }

  /** It completes: nobody has been told yet. */
  public synchronized void end(Entry entry, int errno) {
    if (sealed) {
      return;
    }
    entry.failed = errno != 0;
    entry.ended = clock.incrementAndGet();
  }

  /** Nothing more will happen; now it can be asked. */
  public synchronized void seal() {
    sealed = true;
    for (int i = 0; i < before.length / Sectors.SIZE; i++) {
      bySector.add(new ArrayList<>());
    }
    for (Entry write : entries) {
      write.durable = durable(write);
      for (int i = 0; i < write.sectors(); i++) {
        bySector.get(write.sector + i).add(write);
      }
    }
  }

  private int durable(Entry write) {
    if (write.failed || write.ended == NEVER) {
      return NEVER;
    }
    int durable = write.fua ? write.ended : NEVER;
    for (Entry flush : flushes) {
      if (flush.begun > write.ended && !flush.failed) {
        durable = Math.min(durable, flush.ended);
      }
    }
    return durable;
  }

  /** The bytes at first. */
  public byte[] before() {
    return before.clone();
  }

  /** How many writes there were. */
  public synchronized int writes() {
    return entries.size();
  }

  /** How many flushes there were. */
  public synchronized int flushes() {
    return flushes.size();
  }

  // --- what a power cut leaves -----------------------------------------------------------------

  /** What of the writes that are not durable is there after the power cut. */
  public enum Fate {
    /** Nothing. */
    LOST,
    /** All that had completed. */
    COMPLETED,
    /** All, also of those under way. */
    SUBMITTED,
    /** Some whole writes, some single sectors of others. */
    TORN
  }

  /** What the device holds after a power cut at a moment. */
  public byte[] after(int moment, Fate fate, Random random) {
    byte[] image = before.clone();
    List<Entry> there = new ArrayList<>();
    for (Entry write : entries) {
      if (write.begun <= moment) {
        there.add(write);
      }
    }
    there.sort((a, b) -> Integer.compare(a.ended, b.ended)); // those that never ended come last
    for (Entry write : there) {
      boolean durable = write.durable <= moment;
      boolean all =
          durable
              || fate == Fate.SUBMITTED
              || fate == Fate.COMPLETED && write.ended <= moment
              || fate == Fate.TORN && random.nextInt(3) == 0;
      boolean some = !all && fate == Fate.TORN && random.nextBoolean();
      for (int i = 0; (all || some) && i < write.sectors(); i++) {
        if (all || random.nextBoolean()) {
          System.arraycopy(
              write.data, i * Sectors.SIZE, image, (write.sector + i) * Sectors.SIZE, Sectors.SIZE);
        }
      }
    }
    return image;
  }

  /** Whether a sector may hold these bytes after a power cut at a moment. */
  public boolean allows(int moment, int sector, byte[] found, int offset) {
    List<Entry> writes = bySector.get(sector);
    boolean beforeMayBeThere = true;
    for (Entry write : writes) {
      beforeMayBeThere &= write.durable > moment;
      if (write.begun <= moment
          && write.equals(sector, found, offset)
          && !isOverwritten(write, writes, moment)) {
        return true;
      }
    }
    return beforeMayBeThere
        && Arrays.equals(
            before,
            sector * Sectors.SIZE,
            sector * Sectors.SIZE + Sectors.SIZE,
            found,
            offset,
            offset + Sectors.SIZE);
  }

  /** Whether something durable came after a write. */
  private static boolean isOverwritten(Entry write, List<Entry> writes, int moment) {
    for (Entry later : writes) {
      if (later.durable <= moment && later.begun > write.ended) {
        return true;
      }
    }
    return false;
  }

  /** How a sector came to be, for the report of a failure. */
  public String story(int sector) {
    StringBuilder story = new StringBuilder("sector " + sector);
    for (Entry write : bySector.get(sector)) {
      story
          .append("\n  ")
          .append(write.op)
          .append(write.fua ? " FUA" : "")
          .append(" from ")
          .append(write.begun)
          .append(" to ")
          .append(write.ended == NEVER ? "never" : String.valueOf(write.ended))
          .append(", durable ")
          .append(write.durable == NEVER ? "never" : "at " + write.durable)
          .append(": ")
          .append(start(write.data, (sector - write.sector) * Sectors.SIZE));
    }
    return story.toString();
  }

  /** The first bytes of a sector. */
  public static String start(byte[] bytes, int offset) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      text.append(String.format("%02x", bytes[offset + i]));
    }
    return text.toString();
  }
}
