package org.jdmsetup.engine.target.snapshot;

import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Stage;

/**
 * A chunk on its way from the origin to the COW device: handed out, perhaps being copied, perhaps
 * waiting to be kept in the store; and the requests that cannot go on before. Guarded by its
 * snapshot's monitor.
 */
final class PendingException implements Stage {
  final long chunk;
  final long newChunk;

  private final Snapshot snapshot;

  /** Whether somebody has taken charge of filling the chunk. */
  boolean started;

  /** Whether the chunk was filled, or that has failed. */
  boolean filled;

  boolean failed;

  /** Whether nothing waits for it any more. */
  boolean finished;

  /** A write that fills the whole chunk itself. */
  Request filler;

  /** Writes to the snapshot, mapped to the COW device already. */
  final RequestList snapshotRequests = new RequestList();

  /** Writes to the origin, to be looked at anew. */
  final RequestList originRequests = new RequestList();

  /** Link in the set that holds it. */
  PendingException inBucket;

  PendingException(Snapshot snapshot, long chunk, long newChunk) {
    this.snapshot = snapshot;
    this.chunk = chunk;
    this.newChunk = newChunk;
  }

  /** Has the chunk copied, unless that is under way. */
  void start() {
    snapshot.start(this);
  }

  /** Waits until it is finished. */
  void await() {
    snapshot.await(this);
  }

  /** As a stage: {@link #filler} is on the COW device, or is not. */
  @Override
  public boolean done(Request request, long cookie) {
    snapshot.filled(this, request.errno() != 0);
    return false;
  }
}
