package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.parameters.SnapshotParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a snapshot can still be relied on. One that cannot get an exception which it needs is
 * invalid for ever, and its store must be marked so, durably, before a write to the origin may go
 * on without a copy; until then it is being invalidated. Changes are guarded by the snapshot's
 * monitor; what it is can be asked at any time.
 */
final class Validity {
  private static final Logger LOG = LoggerFactory.getLogger(Validity.class);

  private enum State {
    VALID,
    /** Invalid, but the store may not say so yet. */
    INVALIDATING,
    INVALID
  }

  private final Snapshot snapshot;
  private final TargetContext context;
  private final boolean overflowAware;
  private final WorkQueue.Job markStore;

  /** What requests wait for while the store is being marked invalid. */
  private final PendingException invalidation;

  private volatile State state = State.VALID;
  private volatile boolean overflowed;
  private String invalidReason;

  /**
   * @param overflowAware whether a snapshot that is full stays readable
   */
  Validity(Snapshot snapshot, TargetContext context, boolean overflowAware) {
    this.snapshot = snapshot;
    this.context = context;
    this.overflowAware = overflowAware;
    markStore = snapshot.work.job(this::markStoreInvalid);
    invalidation = new PendingException(snapshot, -1);
  }

  /** Whether it shows what its origin was. */
  boolean valid() {
    return state == State.VALID;
  }

  /** Whether it is valid and takes writes. */
  boolean writable() {
    return state == State.VALID && !overflowed;
  }

  /** Whether it is invalid, and its store says so. */
  boolean invalid() {
    return state == State.INVALID;
  }

  /** Whether its store is being told that it is invalid. */
  boolean isInvalidating() {
    return state == State.INVALIDATING;
  }

  boolean overflowed() {
    return overflowed;
  }

  /** What kind of store it has, by the letters of a table. */
  SnapshotParams.Store storeLetters() {
    if (!snapshot.store().persistent()) {
      return SnapshotParams.Store.N;
    }
    return overflowAware ? SnapshotParams.Store.PO : SnapshotParams.Store.P;
  }

  /**
   * While the store is being marked invalid: what to wait for before a write to the origin may go
   * on; else null.
   */
  PendingException invalidation() {
    return isInvalidating() ? invalidation : null;
  }

  /** It is invalid when it is loaded: its store says so, or has lost its exceptions. */
  void setInvalid() {
    state = State.INVALID;
  }

  /** Gives up waiting for another snapshot's store. */
  void cancelHandover() {
    synchronized (snapshot) {
      LOG.error("{}: Cancelling snapshot handover.", context.deviceNumber());
      state = State.INVALID;
    }
  }

  /** Takes over what another snapshot was, which ends; both monitors are held. */
  void takeOver(Validity source) {
    state = source.state;
    overflowed = source.overflowed;
    source.state = State.INVALID;
  }

  /** Fails a write for which there is no chunk. */
  void refuse(Request request) {
    synchronized (snapshot) {
      if (writable()) {
        if (overflowAware) {
          overflowed = true;
          LOG.error(
              "{}: Snapshot overflowed: Unable to allocate exception.", context.deviceNumber());
        } else {
          invalidate("Unable to allocate exception.");
        }
      }
      if (state == State.INVALIDATING) {
        invalidation.snapshotRequests.add(request);
        return;
      }
    }
    request.complete(Outcome.EIO);
  }

  /** Ends the snapshot's validity; called under its monitor. */
  void invalidate(String reason) {
    if (state != State.VALID) {
      return;
    }
    state = State.INVALIDATING;
    invalidReason = reason;
    invalidation.started = true;
    markStore.enqueue();
  }

  private void markStoreInvalid() {
    try {
      snapshot.store().markInvalid();
      context.raiseEvent();
      LOG.error("{}: Invalidating snapshot: {}", context.deviceNumber(), invalidReason);
    } catch (Throwable thrown) {
      Faults.log("marking a snapshot invalid", thrown);
    }
    synchronized (snapshot) {
      state = State.INVALID;
      invalidation.finished = true;
      snapshot.notifyAll();
    }
    invalidation.snapshotRequests.complete(Outcome.EIO);
    snapshot.origin.retry(invalidation.originRequests);
  }
}
