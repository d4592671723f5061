package org.jdmsetup.engine.block;

/**
 * Something that serves block requests: a mapped device of the engine, or what one sits on (a
 * regular file or a block device).
 *
 * <p>All methods are safe to call from any thread.
 */
public interface BlockDevice extends Request.Handler {

  /** Size in sectors of 512 bytes; may change when a table is swapped or a file grows. */
  long sizeSectors();

  /** Smallest addressable unit in bytes: a power of two, at least 512. */
  int logicalBlockSize();

  /** Whether writes are refused. */
  boolean readOnly();

  /** Whether {@link Request.Op#DISCARD} does anything useful. */
  boolean supportsDiscard();

  /** Whether {@link Request.Op#WRITE_ZEROES} is possible without writing zeroes. */
  boolean supportsWriteZeroes();

  /** Only whole units of this many bytes are really discarded; 0 when nothing is known. */
  default long discardGranularityBytes() {
    return 0;
  }

  /** What requests it wants, as it is now; the caller changes nothing in it. */
  default Limits limits() {
    Limits limits = Limits.ofDisk();
    limits.logicalBlockSize(logicalBlockSize());
    limits.physicalBlockSize(logicalBlockSize());
    limits.ioMinBytes(logicalBlockSize());
    if (supportsDiscard()) {
      limits.maxDiscardSectors(Limits.BIO_MAX_SECTORS);
      limits.discardGranularityBytes(logicalBlockSize());
    }
    if (supportsWriteZeroes()) {
      limits.maxWriteZeroesSectors(Limits.BIO_MAX_SECTORS);
    }
    return limits;
  }

  /**
   * Whether the beginning of a range is a hole or may hold data. Does not wait for requests.
   *
   * @param sectors more than none; all on the device
   * @return the length of that first part, at most the range: positive for a hole (reads as zeroes,
   *     takes no space), negated for sectors that may hold data
   */
  default long extent(long sector, long sectors) {
    return -sectors;
  }

  /**
   * Starts a request. Returns when it was completed, or when something else has taken charge of it
   * and will complete it later; it never waits for another request. The request belongs to the
   * device until it is completed. What is thrown is for {@link Request#submitTo} to catch.
   */
  @Override
  void submit(Request request);
}
