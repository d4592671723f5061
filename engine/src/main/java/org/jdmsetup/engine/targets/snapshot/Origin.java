package org.jdmsetup.engine.targets.snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.IoGate;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Splitter;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;

/**
 * A device that snapshots look at, whichever targets lead to it: all its snapshots, and the way of
 * every write to it. A write goes on when all its snapshots have a copy of what it overwrites.
 *
 * <p>Writes pass a gate. While snapshots begin to count, or hand their stores over, it is closed
 * and nothing is under way, as the kernel suspends the origin for that moment.
 */
final class Origin {
  private static final String NO_PAIR = "Snapshot cow pairing for exception table handover failed";

  private final Backing device;
  private final IoGate gate = new IoGate();
  private final Splitter splitter = new Splitter();
  private final Request.Server look = this::look;

  /** {@link #write}. */
  final Request.Server writes = this::write;

  private final Object changing = new Object();

  /** Largest chunks first; replaced, never changed. */
  private volatile Snapshot[] snapshots = {};

  /** Smallest chunk of all snapshots in sectors; 0 without any. */
  private volatile long smallestChunk;

  /** Merge under way, or null; guarded by {@link #changing}. */
  private Merge merge;

  /** Targets that hold it; guarded by {@link Origins}. */
  int users;

  Origin(Backing device) {
    this.device = device;
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
    long unit = smallestChunk;
    if (unit == 0 || (request.sector() & unit - 1) + request.sectors() <= unit) {
      look(request);
      return;
    }
    splitter.cut(request, unit, look);
  }

  /** Lets a write go on that lies within a chunk of every snapshot, or has it wait. */
  private void look(Request request) {
    long sector = request.sector();
    PendingException awaited = null;
    try {
      for (Snapshot snapshot : snapshots) {
        PendingException exception =
            snapshot.copyOnWrite.protect(sector, awaited == null ? request : null);
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

  /** Looks again at writes that waited for one snapshot. */
  void lookAgain(RequestList writes) {
    for (Request request = writes.poll(); request != null; request = writes.poll()) {
      request.submitTo(look);
    }
  }

  /** Has all snapshots copy a range that is about to be overwritten, and waits. */
  void protect(long sector, long sectors) {
    List<PendingException> needed = new ArrayList<>();
    do {
      needed.clear();
      long unit = smallestChunk;
      for (long at = 0; at < sectors; at += unit) {
        for (Snapshot snapshot : snapshots) {
          PendingException exception = snapshot.copyOnWrite.protect(sector + at, null);
          if (exception != null) {
            exception.start();
            needed.add(exception);
          }
        }
      }
      needed.forEach(PendingException::await);
    } while (!needed.isEmpty());
  }

  // --- its snapshots -----------------------------------------------------------------------------

  /**
   * Adds a snapshot whose table was loaded; it does not count before it is {@link #activate}d.
   *
   * @return whether it will take over the store of another one
   */
  synchronized boolean add(Snapshot snapshot) throws TargetException {
    Snapshot source = source(snapshot);
    if (destination(snapshot) != null) {
      throw new TargetException(
          Errno.EINVAL,
          NO_PAIR,
          "another table that was loaded and never resumed has snapshots of "
              + device.description()
              + " on "
              + snapshot.cow.description());
    }
    if (source != null && snapshot.merging) {
      checkMerge(source);
    }
    List<Snapshot> all = new ArrayList<>(Arrays.asList(snapshots));
    all.add(snapshot);
    sorted(all);
    return source != null;
  }

  private void checkMerge(Snapshot source) throws TargetException {
    for (Snapshot other : snapshots) {
      if (other.merging) {
        throw new TargetException(
            Errno.EINVAL,
            "A snapshot is already merging.",
            "the one on " + other.cow.description() + " into " + device.description());
      }
    }
    if (!source.store().merges()) {
      throw cannotMerge(source);
    }
  }

  /** What a merge from a transient store is told. */
  static TargetException cannotMerge(Snapshot snapshot) {
    return new TargetException(
        Errno.EINVAL,
        "Snapshot exception store does not support snapshot-merge.",
        "the store on " + snapshot.cow.description() + " is transient (N), expected P or PO");
  }

  synchronized void remove(Snapshot snapshot) {
    List<Snapshot> all = new ArrayList<>(Arrays.asList(snapshots));
    all.remove(snapshot);
    sorted(all);
  }

  private void sorted(List<Snapshot> all) {
    all.sort(Comparator.comparingLong(Snapshot::chunk).reversed());
    long smallest = 0;
    for (Snapshot snapshot : all) {
      if (snapshot.chunk() != 0) {
        smallest = snapshot.chunk();
      }
    }
    smallestChunk = smallest;
    snapshots = all.toArray(new Snapshot[0]);
  }

  /** The active snapshot on the same COW device, itself perhaps; or null. */
  Snapshot source(Snapshot snapshot) {
    return sharing(snapshot, true);
  }

  /** The snapshot on the same COW device that was not resumed yet, itself perhaps; or null. */
  Snapshot destination(Snapshot snapshot) {
    return sharing(snapshot, false);
  }

  private Snapshot sharing(Snapshot snapshot, boolean active) {
    Snapshot last = null;
    for (Snapshot other : snapshots) {
      if (other.sharesCow(snapshot) && other.active() == active) {
        last = other;
      }
    }
    return last;
  }

  /** A snapshot's chunk size has become known. */
  synchronized void chunkKnown() {
    sorted(new ArrayList<>(Arrays.asList(snapshots)));
  }

  /**
   * Lets a snapshot count from now on, after it has taken over what is to be handed to it, between
   * two writes to the device.
   */
  void activate(Snapshot snapshot) {
    synchronized (changing) {
      Merge stopped = merge != null && merge.stop() ? merge : null;
      gate.close(() -> {});
      try {
        gate.awaitDrained();
        Snapshot source = source(snapshot);
        if (source != null && destination(snapshot) == snapshot) {
          snapshot.takeOver(source);
        }
        snapshot.activate();
        chunkKnown();
      } finally {
        resume(gate.open());
        if (stopped != null) {
          stopped.start();
        }
      }
    }
  }

  private void resume(RequestList kept) {
    for (Request request = kept.poll(); request != null; request = kept.poll()) {
      request.submitTo(writes);
    }
  }

  /** Starts a merge into the device, of which there is one at a time. */
  void start(Merge started) {
    synchronized (changing) {
      merge = started;
      started.start();
    }
  }

  /** Ends a merge after what it has begun; it can be started again. */
  void stop(Merge stopped) {
    synchronized (changing) {
      stopped.stop();
      if (merge == stopped) {
        merge = null;
      }
    }
  }
}
