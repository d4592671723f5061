package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.engine.targets.WorkQueue;

/**
 * A chunk on its way from the origin to the COW device: handed out, perhaps being copied, perhaps
 * waiting to be kept in the store; and the requests that cannot go on before. Guarded by its
 * snapshot's monitor. Everything it will need is allocated with it, so that it can finish even when
 * there is no memory left.
 */
final class PendingException extends TrackedChunks.Waiter implements Stage {
  final long chunk;
  long newChunk;

  private final Snapshot snapshot;

  /** Whether somebody has taken charge of filling the chunk. */
  boolean started;

  /** Whether the chunk was filled, or that has failed. */
  boolean filled;

  boolean failed;

  /** Whether the store has been given it. */
  boolean committing;

  /** Whether the store and the exception table have it; the work queue's. */
  boolean kept;

  /** Whether nothing waits for it any more. */
  boolean finished;

  /** Lets go on what waits for it. */
  final WorkQueue.Job finish;

  /** A write that fills the whole chunk itself. */
  Request filler;

  /** Writes to the snapshot, mapped to the COW device already. */
  final RequestList snapshotRequests = new RequestList();

  /** Writes to the origin, which are tried again when it is finished. */
  final RequestList originRequests = new RequestList();

  /** Links in the set that holds it. */
  PendingException nextInBucket;

  PendingException nextInOrder;

  PendingException(Snapshot snapshot, long chunk) {
    this.snapshot = snapshot;
    this.chunk = chunk;
    finish = snapshot.work.job(() -> snapshot.copyOnWrite.finish(this));
  }

  /** Has the chunk copied, unless that is under way. */
  void start() {
    snapshot.copyOnWrite.start(this);
  }

  /** No read that saw the exception table without it is on its way to the origin any more. */
  @Override
  void unused() {
    finish.enqueue();
  }

  /** Waits until it is finished. */
  void await() {
    snapshot.copyOnWrite.await(this);
  }

  /** As a stage: {@link #filler} is on the COW device, or is not. */
  @Override
  public boolean done(Request request, long cookie) {
    snapshot.copyOnWrite.filled(this, !request.outcome().isDone());
    return false;
  }
}
