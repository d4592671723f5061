package org.jdmsetup.engine.block;

import org.jdmsetup.tables.Sectors;

/**
 * What requests a device wants: block sizes, and which discards and write-zeroes it takes. The part
 * of the kernel's queue limits that means something outside the kernel, combined as the kernel
 * combines it ({@code blk_stack_limits} in Linux 6.1).
 *
 * <p>Names end with the unit, sectors or bytes; the size of a block is in bytes. Not thread-safe:
 * once published to other threads, limits must not be changed.
 */
public final class Limits {
  /** What the kernel has for a limit that restricts nothing. */
  public static final long UNLIMITED_SECTORS = 0xffffffffL;

  /** The longest request that a kernel makes: its length in bytes is a u32. */
  public static final long BIO_MAX_SECTORS = Sectors.fromBytes(0xffffffffL);

  private int logicalBlockSize = Sectors.SIZE;
  private int physicalBlockSize = Sectors.SIZE;
  private long ioMinBytes = Sectors.SIZE;
  private long ioOptBytes;
  private long alignmentOffsetBytes;
  private long chunkSectors;
  private long maxDiscardSectors;
  private long discardGranularityBytes;
  private long discardAlignmentBytes;
  private long maxWriteZeroesSectors;
  private boolean misaligned;

  private Limits() {}

  /** Those of a disk with 512-byte blocks that can neither discard nor write zeroes. */
  public static Limits ofDisk() {
    return new Limits();
  }

  /** What devices are to be stacked upon: restricts nothing, offers no discards. */
  public static Limits forStacking() {
    Limits limits = new Limits();
    limits.maxWriteZeroesSectors = UNLIMITED_SECTORS;
    return limits;
  }

  // --- values ----------------------------------------------------------------------------------

  /** Smallest addressable unit: a power of two, at least 512. */
  public int logicalBlockSize() {
    return logicalBlockSize;
  }

  public void logicalBlockSize(int bytes) {
    logicalBlockSize = bytes;
  }

  /** What a write changes at once without reading first: a power of two. */
  public int physicalBlockSize() {
    return physicalBlockSize;
  }

  public void physicalBlockSize(int bytes) {
    physicalBlockSize = bytes;
  }

  /** The least that makes a good request. */
  public long ioMinBytes() {
    return ioMinBytes;
  }

  public void ioMinBytes(long bytes) {
    ioMinBytes = bytes;
  }

  /** What makes the best request; 0 when nothing is known. */
  public long ioOptBytes() {
    return ioOptBytes;
  }

  public void ioOptBytes(long bytes) {
    ioOptBytes = bytes;
  }

  /** Where the first physical block begins. */
  public long alignmentOffsetBytes() {
    return alignmentOffsetBytes;
  }

  public void alignmentOffsetBytes(long bytes) {
    alignmentOffsetBytes = bytes;
  }

  /** Requests that cross a multiple of this are cut by the device; 0: there is no such thing. */
  public long chunkSectors() {
    return chunkSectors;
  }

  public void chunkSectors(long sectors) {
    chunkSectors = sectors;
  }

  /** The longest discard; 0: the device cannot discard. */
  public long maxDiscardSectors() {
    return maxDiscardSectors;
  }

  public void maxDiscardSectors(long sectors) {
    maxDiscardSectors = sectors;
  }

  /** Only whole units of this are really discarded; 0: the device cannot discard. */
  public long discardGranularityBytes() {
    return discardGranularityBytes;
  }

  public void discardGranularityBytes(long bytes) {
    discardGranularityBytes = bytes;
  }

  /** Where the first such unit begins. */
  public long discardAlignmentBytes() {
    return discardAlignmentBytes;
  }

  public void discardAlignmentBytes(long bytes) {
    discardAlignmentBytes = bytes;
  }

  /** The longest write-zeroes; 0: zeroes must be written as data. */
  public long maxWriteZeroesSectors() {
    return maxWriteZeroesSectors;
  }

  public void maxWriteZeroesSectors(long sectors) {
    maxWriteZeroesSectors = sectors;
  }

  /**
   * Whether the devices below are not aligned to each other, so that some requests must be slow.
   */
  public boolean misaligned() {
    return misaligned;
  }

  /** Whether discards go. */
  public boolean canDiscard() {
    return maxDiscardSectors > 0;
  }

  /** Whether write-zeroes go. */
  public boolean canWriteZeroes() {
    return maxWriteZeroesSectors > 0;
  }

  /** Takes the ability to discard away. */
  public void disableDiscard() {
    maxDiscardSectors = 0;
    discardGranularityBytes = 0;
    discardAlignmentBytes = 0;
  }

  // --- cutting ---------------------------------------------------------------------------------

  /**
   * How many sectors of a discard go as one request: those up to the limit, ending at a unit of the
   * granularity.
   */
  public long discardPart(long sector, long sectors) {
    long granularity = Math.max(1, Sectors.fromBytes(discardGranularityBytes));
    long most = maxDiscardSectors - maxDiscardSectors % granularity;
    if (most == 0 || sectors <= most) {
      return sectors;
    }
    long alignment = Sectors.fromBytes(discardAlignmentBytes) % granularity;
    long beyond = (sector + most - alignment) % granularity;
    return most > beyond ? most - beyond : most;
  }

  /** How many sectors of a write-zeroes go as one request. */
  public long writeZeroesPart(long sectors) {
    return Math.min(sectors, maxWriteZeroesSectors);
  }

  // --- combining -------------------------------------------------------------------------------

  /**
   * Combines these limits with those of what lies below.
   *
   * @param start where the device below begins to be used, its partition's start included
   * @return false when the devices' blocks are not aligned to each other, or the combined sizes do
   *     not divide one another
   */
  public boolean stack(Limits below, Sectors start) {
    boolean aligned = true;
    maxWriteZeroesSectors = Math.min(maxWriteZeroesSectors, below.maxWriteZeroesSectors);
    misaligned |= below.misaligned;
    long alignment = below.alignmentAt(start.count());
    if (alignment != alignmentOffsetBytes) {
      aligned =
          oneDividesOther(
              blockUnitBytes() + alignmentOffsetBytes, below.blockUnitBytes() + alignment);
    }
    logicalBlockSize = Math.max(logicalBlockSize, below.logicalBlockSize);
    physicalBlockSize = Math.max(physicalBlockSize, below.physicalBlockSize);
    ioMinBytes = Math.max(ioMinBytes, below.ioMinBytes);
    ioOptBytes = leastCommonMultiple(ioOptBytes, below.ioOptBytes);
    if (below.chunkSectors != 0) {
      chunkSectors = greatestCommonDivisor(chunkSectors, below.chunkSectors);
    }
    if (physicalBlockSize % logicalBlockSize != 0) {
      physicalBlockSize = logicalBlockSize;
      aligned = false;
    }
    if (ioMinBytes % physicalBlockSize != 0) {
      ioMinBytes = physicalBlockSize;
      aligned = false;
    }
    if (ioOptBytes % physicalBlockSize != 0) {
      ioOptBytes = 0;
      aligned = false;
    }
    if (Sectors.toBytes(chunkSectors) % physicalBlockSize != 0) {
      chunkSectors = 0;
      aligned = false;
    }
    alignmentOffsetBytes = leastCommonMultiple(alignmentOffsetBytes, alignment) % blockUnitBytes();
    if (alignmentOffsetBytes % logicalBlockSize != 0) {
      aligned = false;
    }
    misaligned |= !aligned;
    stackDiscard(below, start.count());
    return aligned;
  }

  private void stackDiscard(Limits below, long startSector) {
    if (below.discardGranularityBytes == 0) {
      return;
    }
    long alignment = below.discardAlignmentAt(startSector);
    maxDiscardSectors = minNotZero(maxDiscardSectors, below.maxDiscardSectors);
    discardGranularityBytes = Math.max(discardGranularityBytes, below.discardGranularityBytes);
    discardAlignmentBytes =
        leastCommonMultiple(discardAlignmentBytes, alignment) % discardGranularityBytes;
  }

  /** The unit in which blocks repeat. */
  private long blockUnitBytes() {
    return Math.max(physicalBlockSize, ioMinBytes);
  }

  private long alignmentAt(long sector) {
    long granularity = blockUnitBytes();
    long into = Sectors.toBytes(Long.remainderUnsigned(sector, Sectors.fromBytes(granularity)));
    return (granularity + alignmentOffsetBytes - into) % granularity;
  }

  private long discardAlignmentAt(long sector) {
    long granularity = Sectors.fromBytes(discardGranularityBytes);
    if (maxDiscardSectors == 0 || granularity == 0) {
      return 0;
    }
    long into = Long.remainderUnsigned(sector, granularity);
    return Sectors.toBytes(
        (granularity + Sectors.fromBytes(discardAlignmentBytes) - into) % granularity);
  }

  private static boolean oneDividesOther(long a, long b) {
    return Math.max(a, b) % Math.min(a, b) == 0;
  }

  private static long minNotZero(long a, long b) {
    return a == 0 || b == 0 ? Math.max(a, b) : Math.min(a, b);
  }

  private static long leastCommonMultiple(long a, long b) {
    return a == 0 || b == 0 ? Math.max(a, b) : a / greatestCommonDivisor(a, b) * b;
  }

  private static long greatestCommonDivisor(long a, long b) {
    long x = a;
    long y = b;
    while (y != 0) {
      long rest = x % y;
      x = y;
      y = rest;
    }
    return x;
  }

  @Override
  public String toString() {
    return "physical_block_size="
        + physicalBlockSize
        + ", logical_block_size="
        + logicalBlockSize
        + ", alignment_offset="
        + alignmentOffsetBytes;
  }
}
