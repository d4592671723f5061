package org.jdmsetup.engine.targets.snapshot;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Copier;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.SnapshotParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One snapshot of an origin: which chunks it has copies of, and how it gets more of them. A rule
 * {@code snapshot} or {@code snapshot-merge} has one; the {@link Origin} knows all of its own.
 *
 * <p>An exception begins when a chunk of the COW device is handed out for a chunk of the origin
 * ({@link PendingException}). The chunk is filled (copied, or written over as a whole), the store
 * keeps the exception, the exception table shows it, reads of the origin's chunk that are under way
 * end, and then what waited for it goes on. Filling happens on the copier's threads, the rest on
 * the snapshot's work queue; no request waits on a thread.
 *
 * <p>A snapshot that cannot get an exception which it needs is invalid for ever, which its store
 * has to say before a write to the origin may go on without a copy.
 */
final class Snapshot implements ExceptionStore.Committed {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

  private enum State {
    VALID,
    /** Invalid, but the store may not say so yet. */
    DROPPING,
    INVALID
  }

  final Backing origin;
  final Backing cow;
  final boolean merging;
  final TrackedChunks tracked = new TrackedChunks();
  final WorkQueue work = new WorkQueue();
  final Copier copier = new Copier();

  private final TargetContext context;
  private final Origin family;
  private final long endSector;
  private final boolean overflowAware;

  private volatile ExceptionTable exceptions = new ExceptionTable();
  private volatile ExceptionStore store;
  private volatile long chunk;
  private volatile int shift;

  private volatile State state = State.VALID;
  private volatile boolean active;
  private volatile boolean overflowed;
  private volatile boolean mergeFailed;

  /** Whether the mapped device is suspended; only meant for one that was active. */
  volatile boolean suspended;

  // Guarded by the monitor.
  private final PendingExceptions pending = new PendingExceptions();
  private boolean committing;

  /** Whether something was thrown in the store, which nobody relies on any more. */
  private boolean storeBroken;

  /** Whether its table is going: no exception begins any more. */
  private boolean ended;

  private final WorkQueue.Job commit = work.job(this::commitFilled);
  private final WorkQueue.Job drop = work.job(this::drop);

  /** What requests wait for while the store is being marked invalid. */
  private final PendingException dropping = new PendingException(this, -1);

  private String dropReason;

  /** Size of {@link #pending}, to see without the monitor that there is nothing to look for. */
  private volatile int pendingCount;

  Snapshot(TargetContext context, SnapshotParams params, Origin family, Backing cow) {
    this.context = context;
    this.family = family;
    this.cow = cow;
    origin = family.device();
    merging = params.merge();
    endSector = context.start() + context.length();
    overflowAware = params.store() == SnapshotParams.Store.PO;
    store =
        params.store() == SnapshotParams.Store.N
            ? new TransientStore(cow, params.chunk())
            : new PersistentStore(cow, origin, params.chunk());
  }

  /**
   * Reads the store; not for a snapshot that will take one over.
   *
   * @param broughtBack whether the snapshot existed before: then one with a transient store has
   *     lost what it consisted of
   */
  void load(boolean broughtBack) throws TargetException {
    if (!store.read(exceptions)) {
      LOG.warn("{}: Snapshot is marked invalid.", context.deviceWord());
      state = State.INVALID;
    } else if (broughtBack && !store.persistent()) {
      LOG.warn("{}: a transient snapshot ended with the engine.", context.deviceWord());
      state = State.INVALID;
    }
    if (store.chunk() == 0) {
      throw new TargetException(
          Errno.EINVAL,
          "Chunk size not set",
          "a chunk size of 0 sectors, and a transient store has none of its own");
    }
    chunkIsKnown();
  }

  private void chunkIsKnown() {
    chunk = store.chunk();
    shift = Long.numberOfTrailingZeros(chunk);
  }

  // --- where things are --------------------------------------------------------------------------

  /** Sectors of a chunk; 0 while a snapshot waits to take over another one's store. */
  long chunk() {
    return chunk;
  }

  long chunkOf(long sector) {
    return sector >>> shift;
  }

  long sectorOf(long chunkNumber) {
    return chunkNumber << shift;
  }

  /** Where a chunk is on the COW device; -1 when it has no exception. */
  long find(long chunkNumber) {
    return exceptions.find(chunkNumber);
  }

  /** Takes exceptions out that were folded back. */
  void forget(ExceptionStore.Run run) {
    for (int i = 0; i < run.count(); i++) {
      exceptions.remove(run.chunk() + i);
    }
  }

  /** Moves a request from a sector of the snapshot to its place on the COW device. */
  void remap(Request request, long newChunk) {
    request.sector(sectorOf(newChunk) + (request.sector() & chunk - 1));
  }

  ExceptionStore store() {
    return store;
  }

  // --- state -------------------------------------------------------------------------------------

  boolean valid() {
    return state == State.VALID;
  }

  boolean writable() {
    return state == State.VALID && !overflowed;
  }

  /** Whether writes to the origin concern it: it was resumed once. */
  boolean active() {
    return active;
  }

  void activate() {
    active = true;
  }

  void failMerge() {
    mergeFailed = true;
  }

  /** What is measured of it. */
  String measurement() {
    return ",snap_origin_name="
        + origin.word()
        + ",snap_cow_name="
        + cow.word()
        + ",snap_valid="
        + (valid() ? 'y' : 'n')
        + ",snap_merge_failed="
        + (mergeFailed ? 'y' : 'n')
        + ",snapshot_overflowed="
        + (overflowed ? "y;" : "n;");
  }

  /** The words of the status. */
  String info() {
    if (!valid()) {
      return "Invalid";
    }
    if (mergeFailed) {
      return "Merge failed";
    }
    if (overflowed) {
      return "Overflow";
    }
    if (chunk == 0) {
      return "0/" + cow.sizeSectors() + " 0";
    }
    ExceptionStore kept = store;
    return kept.allocated() + "/" + cow.sizeSectors() + " " + kept.metadata();
  }

  /** What kind of store it has, by the letters of a table. */
  SnapshotParams.Store storeLetters() {
    if (!store.persistent()) {
      return SnapshotParams.Store.N;
    }
    return overflowAware ? SnapshotParams.Store.PO : SnapshotParams.Store.P;
  }

  // --- what needs an exception -------------------------------------------------------------------

  /**
   * Serves a write to a chunk of the snapshot that had no exception; it does not leave the chunk.
   */
  void write(Request request, long chunkNumber) {
    request.reserveStage();
    long there;
    PendingException exception = null;
    synchronized (this) {
      there = exceptions.find(chunkNumber);
      if (there < 0 && writable()) {
        exception = pendingOrNew(chunkNumber);
        if (exception != null) {
          enqueue(exception, request);
        }
      }
    }
    if (there >= 0) {
      remap(request, there);
      cow.submit(request);
    } else if (exception == null) {
      refuse(request);
    } else if (exception.filler == request) {
      request.push(exception, 0);
      request.submitTo(cow);
    } else {
      exception.start();
    }
  }

  /** The exception under way for a chunk, or a new one; null when the COW device is full. */
  private PendingException pendingOrNew(long chunkNumber) {
    PendingException exception = pending.find(chunkNumber);
    if (exception == null) {
      exception = new PendingException(this, chunkNumber);
      exception.newChunk = store.prepare();
      if (exception.newChunk < 0) {
        return null;
      }
      pending.add(exception);
      pendingCount = pending.size();
    }
    return exception;
  }

  private void enqueue(PendingException exception, Request request) {
    remap(request, exception.newChunk);
    if (!exception.started && request.sectors() == chunk) {
      exception.started = true;
      exception.filler = request;
    } else {
      exception.snapshotRequests.add(request);
    }
  }

  /** Fails a write for which there is no chunk. */
  private void refuse(Request request) {
    synchronized (this) {
      if (writable()) {
        if (overflowAware) {
          overflowed = true;
          LOG.error("{}: Snapshot overflowed: Unable to allocate exception.", context.deviceWord());
        } else {
          invalidate("Unable to allocate exception.");
        }
      }
      if (state == State.DROPPING) {
        dropping.snapshotRequests.add(request);
        return;
      }
    }
    request.complete(Outcome.EIO);
  }

  /**
   * Sees to it that the snapshot has a copy of what a sector of the origin lies in.
   *
   * @param waiting a write to that sector, which is looked at anew when the copy is there; may be
   *     null
   * @return what has to be finished (and to be started by the caller) before the sector can be
   *     written; null when nothing has to
   */
  PendingException protect(long sector, Request waiting) {
    if (merging || !active || state == State.INVALID || sector >= endSector) {
      return null;
    }
    long chunkNumber = chunkOf(sector);
    if (exceptions.find(chunkNumber) >= 0 && pendingCount == 0) {
      return null;
    }
    synchronized (this) {
      PendingException exception = needed(chunkNumber);
      if (exception != null && waiting != null) {
        exception.originRequests.add(waiting);
      }
      return exception;
    }
  }

  private PendingException needed(long chunkNumber) {
    if (state == State.VALID) {
      PendingException exception = pending.find(chunkNumber);
      if (exception != null) {
        return exception;
      }
      if (ended || exceptions.find(chunkNumber) >= 0) {
        return null;
      }
      exception = pendingOrNew(chunkNumber);
      if (exception != null) {
        return exception;
      }
      invalidate("Unable to allocate exception.");
    }
    return state == State.DROPPING ? dropping : null;
  }

  // --- the way of an exception -------------------------------------------------------------------

  void start(PendingException exception) {
    synchronized (this) {
      if (exception.started) {
        return;
      }
      exception.started = true;
    }
    try {
      copy(exception);
    } catch (Throwable thrown) {
      Faults.tell("copying a chunk for a snapshot", thrown);
      filled(exception, true);
    }
  }

  private void copy(PendingException exception) {
    long from = sectorOf(exception.chunk);
    long room = origin.sizeSectors() - from;
    copier.copy(
        origin,
        from,
        room <= 0 ? chunk : Math.min(chunk, room),
        List.of(new Copier.Destination(cow, sectorOf(exception.newChunk))),
        (reading, failed) -> filled(exception, !reading.isDone() || failed != 0));
  }

  /** The chunk on the COW device has its data, or never will. */
  void filled(PendingException exception, boolean failed) {
    synchronized (this) {
      exception.filled = true;
      exception.failed = failed;
      if (committing) {
        return;
      }
      committing = true;
    }
    commit.wake();
  }

  private void commitFilled() {
    while (true) {
      PendingException exception;
      synchronized (this) {
        exception = pending.pollFilled();
        if (exception == null) {
          committing = false;
          notifyAll();
          return;
        }
      }
      try {
        if (!storeBroken) {
          store.commit(exception, !exception.failed, this);
        }
      } catch (Throwable thrown) {
        Faults.tell("keeping an exception of a snapshot", thrown);
        storeBroken = true;
      }
      if (storeBroken) {
        giveUpCommitting();
      }
    }
  }

  /** What the store was given and has not answered for fails, with the snapshot. */
  private synchronized void giveUpCommitting() {
    invalidate("Error reading/writing.");
    pending.failCommitting(); // after the store says so and the event
  }

  @Override
  public void committed(PendingException exception, boolean kept) {
    if (!kept) {
      synchronized (this) {
        invalidate("Error reading/writing.");
      }
    }
    exception.kept = valid() && added(exception);
    if (!exception.kept) {
      exception.finish.wake(); // after the store says so and the event
      return;
    }
    // Reads that looked before may still be on their way to the origin.
    tracked.whenFree(exception.chunk, exception);
  }

  private boolean added(PendingException exception) {
    try {
      exceptions.add(exception.chunk, exception.newChunk);
      return true;
    } catch (OutOfMemoryError e) {
      synchronized (this) {
        invalidate("Unable to allocate exception.");
      }
      return false;
    }
  }

  /** Once, on the work queue: {@link PendingException#finish}. */
  void finish(PendingException exception) {
    boolean success = exception.kept;
    synchronized (this) {
      if (exception.finished) {
        return;
      }
      pending.remove(exception);
      pendingCount = pending.size();
      exception.finished = true;
      notifyAll();
    }
    if (exception.filler != null) {
      exception.filler.complete(success ? Outcome.DONE : Outcome.EIO);
    }
    if (success) {
      RequestList mapped = exception.snapshotRequests;
      for (Request request = mapped.poll(); request != null; request = mapped.poll()) {
        request.submitTo(cow);
      }
    } else {
      exception.snapshotRequests.complete(Outcome.EIO);
    }
    family.lookAgain(exception.originRequests);
  }

  void await(PendingException exception) {
    awaitHere(() -> exception.finished);
  }

  /**
   * Begins nothing any more, whatever is written to the origin, and waits for what is under way.
   */
  void end() {
    synchronized (this) {
      ended = true;
    }
    awaitIdle();
  }

  private void awaitIdle() {
    awaitHere(() -> pending.size() == 0 && !committing && state != State.DROPPING);
  }

  private synchronized void awaitHere(BooleanSupplier condition) {
    Uninterruptibly.await(this, condition); // what is waited for holds on to devices
  }

  /** Ends the snapshot's validity; called under the monitor. */
  private void invalidate(String reason) {
    if (state != State.VALID) {
      return;
    }
    state = State.DROPPING;
    dropReason = reason;
    dropping.started = true;
    drop.wake();
  }

  private void drop() {
    try {
      store.drop();
      context.raiseEvent();
      LOG.error("{}: Invalidating snapshot: {}", context.deviceWord(), dropReason);
    } catch (Throwable thrown) {
      Faults.tell("marking a snapshot invalid", thrown);
    }
    synchronized (this) {
      state = State.INVALID;
      dropping.finished = true;
      notifyAll();
    }
    dropping.snapshotRequests.complete(Outcome.EIO);
    family.lookAgain(dropping.originRequests);
  }

  // --- handover ----------------------------------------------------------------------------------

  /** Whether two snapshots keep their chunks on the same device. */
  boolean sharesCow(Snapshot other) {
    return cow == other.cow;
  }

  /** Gives up waiting for another snapshot's store. */
  synchronized void cancelHandover() {
    LOG.error("{}: Cancelling snapshot handover.", context.deviceWord());
    state = State.INVALID;
  }

  /** Takes everything over from a snapshot that is suspended and for which nothing is under way. */
  void takeOver(Snapshot source) {
    source.awaitIdle();
    synchronized (source) {
      synchronized (this) {
        ExceptionStore unread = store;
        ExceptionTable empty = exceptions;
        store = source.store;
        exceptions = source.exceptions;
        source.store = unread;
        source.exceptions = empty;
        state = source.state;
        overflowed = source.overflowed;
        source.state = State.INVALID;
        chunkIsKnown();
        source.chunk = 0;
      }
    }
  }
}
