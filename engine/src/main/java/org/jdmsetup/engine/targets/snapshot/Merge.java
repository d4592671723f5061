package org.jdmsetup.engine.targets.snapshot;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.block.Copier;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.WorkQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the exceptions of a snapshot into its origin, a run of consecutive chunks at a time, the
 * newest run first, on the snapshot's work queue.
 *
 * <p>Order: the other snapshots copy what is about to be overwritten; writes to the run that are
 * under way end, and new ones are deferred; the run is copied to the origin; the origin is flushed;
 * the store forgets the exceptions, durably; then the exception table does, and what was deferred
 * goes the way of all writes to the origin. A run that was not forgotten is copied again next time.
 */
final class Merge {
  private static final Logger LOG = LoggerFactory.getLogger(Merge.class);

  private final Snapshot snapshot;
  private final Origin origin;
  private final BlockingIo originIo;
  private final WorkQueue.Job job;

  /** The run that is being merged; null when none is. */
  private volatile ExceptionStore.Run merging;

  // Guarded by the monitor.
  private final RequestList deferred = new RequestList();
  private boolean running;
  private boolean stopping;

  /** The work queue's: what was deferred and goes on now. */
  private final RequestList resubmitting = new RequestList();

  Merge(Snapshot snapshot, Origin origin) {
    this.snapshot = snapshot;
    this.origin = origin;
    originIo = new BlockingIo(snapshot.originDevice);
    job = snapshot.work.job(this::run);
  }

  synchronized void start() {
    if (!running) {
      running = true;
      job.enqueue();
    }
  }

  /**
   * Ends after the run that is being merged.
   *
   * @return whether there was something to end
   */
  synchronized boolean stop() {
    if (!running) {
      return false;
    }
    stopping = true;
    Uninterruptibly.await(this, () -> !running); // a run is not merged by half
    stopping = false;
    return true;
  }

  private synchronized boolean shouldContinue() {
    return !stopping;
  }

  private void run() {
    boolean failed = true;
    try {
      boolean more = true;
      while (more && shouldContinue()) {
        more = mergeNext();
      }
      failed = false;
    } catch (TargetException e) {
      LOG.error("{}: shutting down merge", e.getMessage());
    } catch (Throwable thrown) {
      Faults.log("a merge, which is shut down,", thrown);
    } finally {
      if (failed) {
        snapshot.failMerge();
        endRun();
        resubmitting.complete(Outcome.EIO);
      }
      synchronized (this) {
        running = false;
        notifyAll();
      }
    }
  }

  /** False when there is nothing left to merge. */
  private boolean mergeNext() throws TargetException {
    if (!snapshot.validity.valid()) {
      LOG.error("Snapshot is invalid: can't merge");
      return false;
    }
    ExceptionStore.Run run = snapshot.store().prepareMerge();
    if (run.count() == 0) {
      return false;
    }
    origin.ensureCopied(snapshot.sectorOf(run.chunk()), snapshot.sectorOf(run.count()));
    merging = run;
    awaitWrites(run);
    copy(run);
    Outcome outcome = originIo.flush();
    if (!outcome.isDone()) {
      throw failed("Flush after merge failed", outcome);
    }
    snapshot.store().commitMerge(run.count());
    snapshot.remove(run);
    endRun();
    // Through the origin, not to the device: a snapshot activated in the meantime must see them.
    resubmitting.submitAllTo(origin.writes);
    return true;
  }

  private void awaitWrites(ExceptionStore.Run run) {
    CountDownLatch busy = new CountDownLatch(run.count());
    for (int i = 0; i < run.count(); i++) {
      snapshot.tracked.whenUnused(
          run.chunk() + i,
          new TrackedChunks.Waiter() {
            @Override
            void unused() {
              busy.countDown();
            }
          });
    }
    Uninterruptibly.await(busy);
  }

  private void copy(ExceptionStore.Run run) throws TargetException {
    long to = snapshot.sectorOf(run.chunk());
    long room = snapshot.originDevice.sizeSectors() - to;
    CountDownLatch copied = new CountDownLatch(1);
    Outcome[] outcomes = new Outcome[2];
    snapshot.copier.copy(
        snapshot.cowDevice,
        snapshot.sectorOf(run.newChunk()),
        Math.min(snapshot.sectorOf(run.count()), room),
        List.of(new Copier.Destination(snapshot.originDevice, to)),
        (reading, failed) -> {
          outcomes[0] = reading;
          outcomes[1] = failed == 0 ? Outcome.DONE : Outcome.EIO;
          copied.countDown();
        });
    Uninterruptibly.await(copied);
    if (!outcomes[0].isDone()) {
      throw failed("Read error", outcomes[0]);
    }
    if (!outcomes[1].isDone()) {
      throw failed("Write error", outcomes[1]);
    }
  }

  private TargetException failed(String kernelText, Outcome outcome) {
    return new TargetException(
        outcome,
        kernelText,
        snapshot.cowDevice.description() + " to " + snapshot.originDevice.description());
  }

  /** The run has ended, one way or the other: what was deferred goes on. */
  private synchronized void endRun() {
    merging = null;
    resubmitting.addAll(deferred);
  }

  /** Whether a chunk is being merged: writes to it have to wait then ({@link #defer}). */
  boolean isMerging(long chunk) {
    ExceptionStore.Run run = merging;
    return run != null && chunk >= run.chunk() && chunk - run.chunk() < run.count();
  }

  /**
   * Keeps a write until its chunk is merged; it goes to the origin then.
   *
   * @return false when the chunk is not being merged any more
   */
  synchronized boolean defer(Request request, long chunk) {
    if (!isMerging(chunk)) {
      return false;
    }
    deferred.add(request);
    return true;
  }
}
