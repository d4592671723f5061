package org.jdmsetup.engine.targets.snapshot;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.block.Copier;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.targets.WorkQueue;

/**
 * Sees to it that a snapshot has a chunk of its own before one is written, on the snapshot or on
 * the origin.
 *
 * <p>An exception begins when a chunk of the COW device is handed out for a chunk of the origin
 * ({@link PendingException}). The chunk is filled (copied, or written over as a whole), the store
 * keeps the exception, the exception table shows it, reads of the origin's chunk that are under way
 * end, and then what waited for it goes on. Filling happens on the copier's threads, the rest on
 * the snapshot's work queue; no request waits on a thread. Guarded by the snapshot's monitor.
 */
final class CopyOnWrite implements ExceptionStore.Committed {
  private final Snapshot snapshot;
  private final Validity validity;

  private final PendingExceptions pending = new PendingExceptions();
  private boolean committing;

  /** Whether something was thrown in the store, which nobody relies on any more. */
  private boolean storeBroken;

  /** Whether its table is going: no exception begins any more. */
  private boolean closing;

  private final WorkQueue.Job commit;

  /** Size of {@link #pending}, to see without the monitor that there is nothing to look for. */
  private volatile int pendingCount;

  CopyOnWrite(Snapshot snapshot, Validity validity) {
    this.snapshot = snapshot;
    this.validity = validity;
    commit = snapshot.work.job(this::commitFilled);
  }

  /**
   * Serves a write to a chunk of the snapshot that had no exception; it does not leave the chunk.
   */
  void write(Request request, long chunkNumber) {
    request.reserveStage();
    long there;
    PendingException exception = null;
    synchronized (snapshot) {
      there = snapshot.find(chunkNumber);
      if (there < 0 && validity.writable()) {
        exception = pendingOrNew(chunkNumber);
        if (exception != null) {
          enqueue(exception, request);
        }
      }
    }
    if (there >= 0) {
      snapshot.remap(request, there);
      snapshot.cowDevice.submit(request);
    } else if (exception == null) {
      validity.refuse(request);
    } else if (exception.filler == request) {
      request.push(exception, 0);
      request.submitTo(snapshot.cowDevice);
    } else {
      exception.start();
    }
  }

  /** The exception under way for a chunk, or a new one; null when the COW device is full. */
  private PendingException pendingOrNew(long chunkNumber) {
    PendingException exception = pending.find(chunkNumber);
    if (exception == null) {
      exception = new PendingException(snapshot, chunkNumber);
      exception.newChunk = snapshot.store().prepare();
      if (exception.newChunk < 0) {
        return null;
      }
      pending.add(exception);
      pendingCount = pending.size();
    }
    return exception;
  }

  private void enqueue(PendingException exception, Request request) {
    snapshot.remap(request, exception.newChunk);
    if (!exception.started && request.sectors() == snapshot.chunk()) {
      exception.started = true;
      exception.filler = request;
    } else {
      exception.snapshotRequests.add(request);
    }
  }

  /**
   * Makes sure that the snapshot has a copy of the chunk that holds a sector of the origin.
   *
   * @param waiting a write to that sector, which is tried again when the copy is there; may be null
   * @return the copy that must finish before the sector may be written; the caller must start it.
   *     Null if the sector may be written now
   */
  PendingException ensureCopied(long sector, Request waiting) {
    if (snapshot.merging
        || !snapshot.active()
        || validity.invalid()
        || sector >= snapshot.endSector) {
      return null;
    }
    long chunkNumber = snapshot.chunkOf(sector);
    if (snapshot.find(chunkNumber) >= 0 && pendingCount == 0) {
      return null;
    }
    synchronized (snapshot) {
      PendingException exception = findOrBegin(chunkNumber);
      if (exception != null && waiting != null) {
        exception.originRequests.add(waiting);
      }
      return exception;
    }
  }

  private PendingException findOrBegin(long chunkNumber) {
    if (validity.valid()) {
      PendingException exception = pending.find(chunkNumber);
      if (exception != null) {
        return exception;
      }
      if (closing || snapshot.find(chunkNumber) >= 0) {
        return null;
      }
      exception = pendingOrNew(chunkNumber);
      if (exception != null) {
        return exception;
      }
      validity.invalidate("Unable to allocate exception.");
    }
    return validity.invalidation();
  }

  // --- the way of an exception -------------------------------------------------------------------

  void start(PendingException exception) {
    synchronized (snapshot) {
      if (exception.started) {
        return;
      }
      exception.started = true;
    }
    try {
      copy(exception);
    } catch (Throwable thrown) {
      Faults.log("copying a chunk for a snapshot", thrown);
      filled(exception, true);
    }
  }

  private void copy(PendingException exception) {
    long from = snapshot.sectorOf(exception.chunk);
    long room = snapshot.originDevice.sizeSectors() - from;
    snapshot.copier.copy(
        snapshot.originDevice,
        from,
        room <= 0 ? snapshot.chunk() : Math.min(snapshot.chunk(), room),
        List.of(new Copier.Destination(snapshot.cowDevice, snapshot.sectorOf(exception.newChunk))),
        (reading, failed) -> filled(exception, !reading.isDone() || failed != 0));
  }

  /** The chunk on the COW device has its data, or never will. */
  void filled(PendingException exception, boolean failed) {
    synchronized (snapshot) {
      exception.filled = true;
      exception.failed = failed;
      if (committing) {
        return;
      }
      committing = true;
    }
    commit.enqueue();
  }

  private void commitFilled() {
    while (true) {
      PendingException exception;
      synchronized (snapshot) {
        exception = pending.pollFilled();
        if (exception == null) {
          committing = false;
          snapshot.notifyAll();
          return;
        }
      }
      try {
        if (!storeBroken) {
          snapshot.store().commit(exception, !exception.failed, this);
        }
      } catch (Throwable thrown) {
        Faults.log("keeping an exception of a snapshot", thrown);
        storeBroken = true;
      }
      if (storeBroken) {
        failCommitting();
      }
    }
  }

  /**
   * Fails the exceptions that the store was given and did not answer, and invalidates the snapshot.
   */
  private void failCommitting() {
    synchronized (snapshot) {
      validity.invalidate("Error reading/writing.");
      pending.failCommitting(); // after the store says so and the event
    }
  }

  @Override
  public void committed(PendingException exception, boolean kept) {
    if (!kept) {
      synchronized (snapshot) {
        validity.invalidate("Error reading/writing.");
      }
    }
    exception.kept = validity.valid() && addToTable(exception);
    if (!exception.kept) {
      exception.finish.enqueue(); // after the store says so and the event
      return;
    }
    // Reads that did not see it yet may still be on their way to the origin.
    snapshot.tracked.whenUnused(exception.chunk, exception);
  }

  private boolean addToTable(PendingException exception) {
    try {
      snapshot.add(exception.chunk, exception.newChunk);
      return true;
    } catch (OutOfMemoryError e) {
      synchronized (snapshot) {
        validity.invalidate("Unable to allocate exception.");
      }
      return false;
    }
  }

  /** Once, on the work queue: {@link PendingException#finish}. */
  void finish(PendingException exception) {
    boolean success = exception.kept;
    synchronized (snapshot) {
      if (exception.finished) {
        return;
      }
      pending.remove(exception);
      pendingCount = pending.size();
      exception.finished = true;
      snapshot.notifyAll();
    }
    if (exception.filler != null) {
      exception.filler.complete(success ? Outcome.DONE : Outcome.EIO);
    }
    if (success) {
      exception.snapshotRequests.submitAllTo(snapshot.cowDevice);
    } else {
      exception.snapshotRequests.complete(Outcome.EIO);
    }
    snapshot.origin.retry(exception.originRequests);
  }

  void await(PendingException exception) {
    await(() -> exception.finished);
  }

  /**
   * Begins nothing any more, whatever is written to the origin, and waits for what is under way.
   */
  void stopAndAwait() {
    synchronized (snapshot) {
      closing = true;
    }
    awaitIdle();
  }

  /** Waits until no exception is under way. */
  void awaitIdle() {
    await(() -> pending.size() == 0 && !committing && !validity.isInvalidating());
  }

  private void await(BooleanSupplier condition) {
    synchronized (snapshot) {
      Uninterruptibly.await(snapshot, condition); // what is waited for holds on to devices
    }
  }
}
