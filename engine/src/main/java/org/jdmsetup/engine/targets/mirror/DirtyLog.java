package org.jdmsetup.engine.targets.mirror;

/**
 * Remembers in which regions the legs may differ: those that are being written (they are dirty),
 * and those that were found different (they are not in sync). {@link #sync} may be read by any
 * thread, {@link #info} too; the rest is the mirror's work queue's, and may wait for devices.
 */
interface DirtyLog {

  /** The regions that are in sync. */
  SyncBits sync();

  /** The mirror is about to serve requests. */
  void resume();

  /** A region is about to be written; to be followed by {@link #flush}. */
  void mark(long region);

  /** The legs are the same in a region, as soon as they are flushed. */
  void clear(long region);

  /**
   * Makes what was marked durable; also what was cleared, after the legs were flushed.
   *
   * @return false when that failed
   */
  boolean flush();

  /** Its part of a status. */
  String info();
}
