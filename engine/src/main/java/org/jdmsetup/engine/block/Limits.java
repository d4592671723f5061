package org.jdmsetup.engine.block;

/**
 * What requests a device wants: block sizes, and which discards and write-zeroes it takes. The part
 * of the kernel's queue limits that means something outside the kernel, combined as the kernel
 * combines it ({@code blk_stack_limits} in Linux 6.1).
 *
 * <p>Sizes are bytes unless their name says sectors of 512 bytes. Not safe for several threads:
 * whoever publishes limits changes them no more.
 */
public final class Limits {
  private static final int SECTOR = 512;

  /** More than a kernel's request can be long. */
  public static final long UNLIMITED_SECTORS = 0xffffffffL;

  private int logicalBlockSize = SECTOR;
  private int physicalBlockSize = SECTOR;
  private long ioMin = SECTOR;
  private long ioOpt;
  private long alignmentOffset;
  private long chunkSectors;
  private long maxDiscardSectors;
  private long discardGranularity;
  private long discardAlignment;
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
  public long ioMin() {
    return ioMin;
  }

  public void ioMin(long bytes) {
    ioMin = bytes;
  }

  /** What makes the best request; 0 when nothing is known. */
  public long ioOpt() {
    return ioOpt;
  }

  public void ioOpt(long bytes) {
    ioOpt = bytes;
  }

  /** Where the first physical block begins. */
  public long alignmentOffset() {
    return alignmentOffset;
  }

  public void alignmentOffset(long bytes) {
    alignmentOffset = bytes;
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
  public long discardGranularity() {
    return discardGranularity;
  }

  public void discardGranularity(long bytes) {
    discardGranularity = bytes;
  }

  /** Where the first such unit begins. */
  public long discardAlignment() {
    return discardAlignment;
  }

  public void discardAlignment(long bytes) {
    discardAlignment = bytes;
  }

  /** The longest write-zeroes; 0: zeroes must be written as data. */
  public long maxWriteZeroesSectors() {
    return maxWriteZeroesSectors;
  }

  public void maxWriteZeroesSectors(long sectors) {
    maxWriteZeroesSectors = sectors;
  }

  /** Whether blocks of the devices below lie so that some requests must be slow. */
  public boolean misaligned() {
    return misaligned;
  }

  /** Whether discards go. */
  public boolean discard() {
    return maxDiscardSectors > 0;
  }

  /** Whether write-zeroes go. */
  public boolean writeZeroes() {
    return maxWriteZeroesSectors > 0;
  }

  /** Takes the ability to discard away. */
  public void noDiscard() {
    maxDiscardSectors = 0;
    discardGranularity = 0;
    discardAlignment = 0;
  }

  // --- cutting ---------------------------------------------------------------------------------

  /**
   * How many sectors of a discard go as one request: those up to the limit, ending at a unit of the
   * granularity.
   */
  public long discardPart(long sector, long sectors) {
    long granularity = Math.max(1, discardGranularity / SECTOR);
    long most = maxDiscardSectors - maxDiscardSectors % granularity;
    if (most == 0 || sectors <= most) {
      return sectors;
    }
    long alignment = discardAlignment / SECTOR % granularity;
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
   * @param start sector of the device below where it begins to be used, its partition's start
   *     included
   * @return false when its blocks do not fit to those of the others, or of the sizes to each other
   */
  public boolean stack(Limits below, long start) {
    boolean aligned = true;
    maxWriteZeroesSectors = Math.min(maxWriteZeroesSectors, below.maxWriteZeroesSectors);
    misaligned |= below.misaligned;
    long alignment = below.alignmentAt(start);
    if (alignment != alignmentOffset) {
      aligned = divide(blocks() + alignmentOffset, below.blocks() + alignment);
    }
    logicalBlockSize = Math.max(logicalBlockSize, below.logicalBlockSize);
    physicalBlockSize = Math.max(physicalBlockSize, below.physicalBlockSize);
    ioMin = Math.max(ioMin, below.ioMin);
    ioOpt = leastCommonMultiple(ioOpt, below.ioOpt);
    if (below.chunkSectors != 0) {
      chunkSectors = greatestCommonDivisor(chunkSectors, below.chunkSectors);
    }
    if (physicalBlockSize % logicalBlockSize != 0) {
      physicalBlockSize = logicalBlockSize;
      aligned = false;
    }
    if (ioMin % physicalBlockSize != 0) {
      ioMin = physicalBlockSize;
      aligned = false;
    }
    if (ioOpt % physicalBlockSize != 0) {
      ioOpt = 0;
      aligned = false;
    }
    if (chunkSectors * SECTOR % physicalBlockSize != 0) {
      chunkSectors = 0;
      aligned = false;
    }
    alignmentOffset = leastCommonMultiple(alignmentOffset, alignment) % blocks();
    if (alignmentOffset % logicalBlockSize != 0) {
      aligned = false;
    }
    misaligned |= !aligned;
    stackDiscard(below, start);
    return aligned;
  }

  private void stackDiscard(Limits below, long start) {
    if (below.discardGranularity == 0) {
      return;
    }
    long alignment = below.discardAlignmentAt(start);
    maxDiscardSectors = leastUnlessZero(maxDiscardSectors, below.maxDiscardSectors);
    discardGranularity = Math.max(discardGranularity, below.discardGranularity);
    discardAlignment = leastCommonMultiple(discardAlignment, alignment) % discardGranularity;
  }

  /** The unit in which blocks repeat. */
  private long blocks() {
    return Math.max(physicalBlockSize, ioMin);
  }

  private long alignmentAt(long sector) {
    long granularity = blocks();
    long into = Long.remainderUnsigned(sector, granularity / SECTOR) * SECTOR;
    return (granularity + alignmentOffset - into) % granularity;
  }

  private long discardAlignmentAt(long sector) {
    long granularity = discardGranularity / SECTOR;
    if (maxDiscardSectors == 0 || granularity == 0) {
      return 0;
    }
    long into = Long.remainderUnsigned(sector, granularity);
    return (granularity + discardAlignment / SECTOR - into) % granularity * SECTOR;
  }

  private static boolean divide(long a, long b) {
    return Math.max(a, b) % Math.min(a, b) == 0;
  }

  private static long leastUnlessZero(long a, long b) {
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
        + alignmentOffset;
  }
}
