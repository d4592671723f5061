package org.jdmsetup.engine.targets.logwrites;

import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.engine.nativeio.IoBuffer;

/**
 * What becomes one entry of the log: a write with a copy of its data, a discard, a flush, or a
 * mark. While the request is under way it is the request's stage; used again when it is logged.
 */
final class Entry extends IntrusiveQueue.Link<Entry> implements Stage {
  static final long FLUSH = 1;
  static final long FUA = 2;
  static final long DISCARD = 4;
  static final long MARK = 8;

  private final PendingEntries entries;

  long flags;

  /** On the device, in sectors of 512 bytes as {@link #sectors}; 0 for a flush or a mark. */
  long sector;

  long sectors;

  /** The data of a write, else null. */
  IoBuffer data;

  /** The text of a mark, else null. */
  byte[] mark;

  /** Of a flush: the writes that had completed when it was submitted. */
  final IntrusiveQueue<Entry> covered = new IntrusiveQueue<>();

  Entry(PendingEntries entries) {
    this.entries = entries;
  }

  /** The request has completed; whether it failed does not matter to the log. */
  @Override
  public boolean done(Request request, long cookie) {
    entries.completed(this);
    return true;
  }
}
