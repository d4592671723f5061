package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.targets.TargetException;

/**
 * Hands out chunks of a COW device and keeps what they are exceptions for.
 *
 * <p>{@link #prepare} is called under the snapshot's monitor, by any thread; the numbers can be
 * asked for at any time; everything else is for one thread at a time, which may wait for the
 * device: the one that makes the target, then the snapshot's work queue.
 */
interface ExceptionStore {

  /**
   * Reads what is on the device, or makes a new store there.
   *
   * @param into gets the exceptions
   * @return false when the store says that its snapshot is invalid
   */
  boolean read(ExceptionTable into) throws TargetException;

  /** Sectors of a chunk, a power of two; 0 when the table did not say and nothing was read yet. */
  long chunk();

  /** Whether exceptions outlive the target. */
  boolean persistent();

  /** Reserves a chunk for an exception; {@link #commit} must follow. -1 when none is left. */
  long prepare();

  /** Who is told when exceptions are kept. */
  interface Committed {
    /**
     * @param kept whether the exception is where it belongs
     */
    void committed(PendingException exception, boolean kept);
  }

  /**
   * Keeps an exception whose chunk has its data; exceptions come in the order in which their chunks
   * were prepared. {@code committed} is told for each, perhaps only with a later one.
   *
   * @param copied false when copying failed: nothing is kept from then on
   */
  void commit(PendingException exception, boolean copied, Committed committed);

  /** Marks the store invalid for ever. */
  void markInvalid();

  /** Sectors handed out, with those of metadata. */
  long allocated();

  /** Sectors of metadata. */
  long metadata();

  /** Whether {@link #prepareMerge} and {@link #commitMerge} are there. */
  default boolean merges() {
    return persistent();
  }

  /**
   * A run of exceptions whose chunks follow one another on both devices: the last ones that were
   * kept.
   *
   * @param chunk first chunk on the origin
   * @param newChunk first chunk on the COW device
   * @param count how many; 0 when there are no exceptions any more
   */
  record Run(long chunk, long newChunk, int count) {}

  /**
   * The exceptions to merge next.
   *
   * @throws TargetException when they cannot be read
   */
  Run prepareMerge() throws TargetException;

  /**
   * Forgets the exceptions that {@link #prepareMerge} gave.
   *
   * @throws TargetException when that cannot be written
   */
  void commitMerge(int count) throws TargetException;
}
