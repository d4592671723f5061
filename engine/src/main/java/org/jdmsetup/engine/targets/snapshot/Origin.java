package org.jdmsetup.engine.targets.snapshot;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.IoGate;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Splitter;

/**
 * A device that snapshots look at, whichever targets lead to it: all its snapshots, and the way of
 * every write to it. A write goes on when all its snapshots have a copy of what it overwrites.
 *
 * <p>Writes pass a gate. It is closed and drained while a snapshot is activated or hands its store
 * over; the kernel suspends the origin for that.
 */
final class Origin {
  private final Backing device;
  private final IoGate gate = new IoGate();
  private final Splitter splitter = new Splitter();

  /** Those whose tables are loaded; one does not count before it is {@link #activate}d. */
  final OriginSnapshots snapshots;

  private final Request.Handler writeChunk = this::writeChunk;

  /** {@link #write}. */
  final Request.Handler writes = this::write;

  /** Held while a snapshot is activated, and while a merge is started or stopped. */
  private final Object activationLock = new Object();

  /** Merge under way, or null; guarded by {@link #activationLock}. */
  private Merge merge;

  /** Targets that hold it; guarded by {@link Origins}. */
  int users;

  Origin(Backing device) {
    this.device = device;
    snapshots = new OriginSnapshots(device);
  }

  Backing device() {
    return device;
  }

  // --- writes ------------------------------------------------------------------------------------

  /** Serves a write to the device. */
  void write(Request request) {
    request.reserveStage();
    while (!gate.enter()) {
      if (gate.defer(request)) {
        return;
      }
    }
    request.push(gate, 0);
    long unit = snapshots.smallestChunk();
    if (unit == 0) {
      writeChunk(request);
    } else {
      splitter.cut(request, unit, writeChunk);
    }
  }

  /** Lets a write go on that lies within a chunk of every snapshot, or has it wait. */
  private void writeChunk(Request request) {
    long sector = request.sector();
    PendingException awaited = null;
    try {
      for (Snapshot snapshot : snapshots.all()) {
        PendingException exception =
            snapshot.copyOnWrite.ensureCopied(sector, awaited == null ? request : null);
        if (awaited == null) {
          awaited = exception; // started last, so that the others are on their way meanwhile
        } else if (exception != null) {
          exception.start();
        }
      }
    } finally {
      if (awaited != null) {
        awaited.start(); // the request waits for it, whatever was thrown
      }
    }
    if (awaited == null) {
      device.submit(request);
    }
  }

  /** Serves writes that waited for one snapshot: others may be without a copy still. */
  void retry(RequestList waiting) {
    waiting.submitAllTo(writeChunk);
  }

  /** Has all snapshots copy a range that is about to be overwritten, and waits. */
  void ensureCopied(long sector, long sectors) {
    List<PendingException> needed = new ArrayList<>();
    do {
      needed.clear();
      long unit = snapshots.smallestChunk();
      for (long at = 0; at < sectors; at += unit) {
        for (Snapshot snapshot : snapshots.all()) {
          PendingException exception = snapshot.copyOnWrite.ensureCopied(sector + at, null);
          if (exception != null) {
            exception.start();
            needed.add(exception);
          }
        }
      }
      needed.forEach(PendingException::await);
    } while (!needed.isEmpty());
  }

  // --- snapshots and merges ----------------------------------------------------------------------

  /**
   * Activates a snapshot: drains the writes to the origin, takes over the store of its source if it
   * has one, and from then on copies chunks before they are overwritten.
   */
  void activate(Snapshot snapshot) {
    synchronized (activationLock) {
      Merge stopped = merge != null && merge.stop() ? merge : null;
      gate.close(() -> {});
      try {
        gate.awaitDrained();
        Snapshot source = snapshots.handoverSource(snapshot);
        if (source != null && snapshots.handoverDestination(snapshot) == snapshot) {
          snapshot.takeOver(source);
        }
        snapshot.activate();
        snapshots.chunkSizesChanged();
      } finally {
        gate.open().submitAllTo(writes);
        if (stopped != null) {
          stopped.start();
        }
      }
    }
  }

  /** Starts a merge into the device, of which there is one at a time. */
  void start(Merge started) {
    synchronized (activationLock) {
      merge = started;
      started.start();
    }
  }

  /** Ends a merge after what it has begun; it can be started again. */
  void stop(Merge stopped) {
    synchronized (activationLock) {
      stopped.stop();
      if (merge == stopped) {
        merge = null;
      }
    }
  }
}
