package org.jdmsetup.engine.expose.fuse;

import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.tables.Sectors;

/** One device as a regular file of the FUSE mount. */
public final class FuseFile {

  /**
   * The file handle of a descriptor that the daemon opened itself, for its loop device; all others
   * have 0.
   */
  static final long LOOP_HANDLE = 1;

  private static final int SMALLEST_UNIT = Sectors.SIZE;
  private static final int USUAL_UNIT = 4096;
  private static final int MAX_UNIT = 1 << 30;

  final long node;
  public final String name;
  public final BlockDevice device;
  final WriteGate gate = new WriteGate();

  /** How many times the file is open, the loop device's own descriptor included. */
  public final AtomicInteger opens = new AtomicInteger();

  /** Run on a worker whenever somebody has closed the file; must not wait. */
  public volatile Runnable whenClosed = () -> {};

  /**
   * Whether the loop driver writes zeroes as data, so that a hole which it punches is a discard and
   * nothing else. See {@code LoopLimits}.
   */
  public volatile boolean holesAreDiscards;

  /**
   * How many bytes the file seems to have beyond the device's end: one block while {@code
   * LoopLimits} has a write of zeroes refused there, otherwise 0.
   */
  public volatile int probeBytes;

  /**
   * Whether the device lately kept a request for later. A hint only, so a race does no harm: data
   * for such a device is copied out of the large receive buffer first.
   */
  boolean defers;

  FuseFile(long node, String name, BlockDevice device) {
    this.node = node;
    this.name = name;
    this.device = device;
  }

  /**
   * The block size that the file system says it has for this file, which the loop driver takes for
   * the granularity of discards. A snapshot's is less than a sector: its kernel target gives
   * sectors for bytes.
   */
  public int fileSystemBlock() {
    long granularity = device.discardGranularityBytes();
    return granularity > 0 && granularity <= MAX_UNIT
        ? (int) Math.max(SMALLEST_UNIT, granularity)
        : USUAL_UNIT;
  }

  /** The device's size in bytes. */
  public long size() {
    return Sectors.toBytes(device.sizeSectors());
  }

  /** The size in bytes that the file is said to have. */
  long shownSize() {
    return size() + probeBytes;
  }
}
