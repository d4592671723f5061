package org.jdmsetup.engine.targets.switching;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;

/** Which path each region is on, in as few bits as the number of paths wants. */
final class RegionTable {
  private final long regions;
  private final int bits;
  private final int perSlot;
  private final AtomicLongArray slots;

  /**
   * A table with the paths dealt out in turn.
   *
   * @param regions unsigned, at least 1
   * @param paths at least 1
   */
  RegionTable(long regions, int paths) throws TargetException {
    this.regions = regions;
    bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(paths - 1));
    perSlot = Long.SIZE / bits;
    slots = new AtomicLongArray(slots(regions));
    for (long region = 0; region < regions; region++) {
      set(region, (int) (region % paths));
    }
  }

  private RegionTable(RegionTable of, AtomicLongArray slots) {
    regions = of.regions;
    bits = of.bits;
    perSlot = of.perSlot;
    this.slots = slots;
  }

  RegionTable copy() throws TargetException {
    try {
      long[] copied = new long[slots.length()];
      Arrays.setAll(copied, slots::getOpaque);
      return new RegionTable(this, new AtomicLongArray(copied));
    } catch (OutOfMemoryError e) {
      throw new TargetException(
          Errno.ENOMEM, "Cannot allocate region table", "no memory to change it in");
    }
  }

  private int slots(long regions) throws TargetException {
    long wanted = Long.divideUnsigned(regions - 1, perSlot) + 1;
    long most = Math.min(Runtime.getRuntime().maxMemory() / 4 / Long.BYTES, 1 << 30);
    if (wanted > most) {
      throw new TargetException(
          Errno.ENOMEM,
          "Cannot allocate region table",
          Long.toUnsignedString(regions) + " regions, memory for at most " + most * perSlot);
    }
    return (int) wanted;
  }

  /** How many regions there are. */
  long regions() {
    return regions;
  }

  int get(long region) {
    long slot = slots.getOpaque((int) (region / perSlot));
    return (int) (slot >>> shift(region)) & (1 << bits) - 1;
  }

  /** Changes one region; one thread at a time. */
  void set(long region, int path) {
    int index = (int) (region / perSlot);
    int shift = shift(region);
    long others = slots.getOpaque(index) & ~((1L << bits) - 1 << shift);
    slots.setOpaque(index, others | (long) path << shift);
  }

  private int shift(long region) {
    return (int) (region % perSlot) * bits;
  }
}
