package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.RequestList;

/** What is known of a region that is not simply clean; kept and used again by {@link RegionMap}. */
final class Region {

  enum State {
    /** Marked in the log, which is being written; its writes wait for that. */
    MARKING,
    /** Marked, with writes under way. */
    DIRTY,
    /** Marked, without writes: soon clean again. */
    IDLE,
    /** The legs differ: only the default leg is written. */
    NOSYNC,
    /** Is being copied, or waits for that until the writes of before are done. */
    RECOVERING
  }

  long index;
  State state;

  /** Writes under way or held. */
  int pending;

  /** Which sweep was the last before it became idle. */
  int idleSince;

  /** Writes to all legs under way or held. */
  WritesInFlight.WrittenRange inFlight;

  /** Writes that wait until it is recovered, or until another one to the same sectors is done. */
  final RequestList delayed = new RequestList();

  /** The next one in the same bucket. */
  Region nextInBucket;

  /** Links of the list of idle regions; {@code next} also links the list Regions.marking. */
  Region previous;

  Region next;
}
