package org.jdmsetup.engine.targets.snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;

/**
 * The snapshots of an origin, and which of them takes over whose exception store: the last active
 * snapshot on a COW device hands its store over to the last one on that device that was never
 * resumed. Reading takes no lock.
 */
final class OriginSnapshots {
  private static final String NO_PAIR = "Snapshot cow pairing for exception table handover failed";

  private final Backing originDevice;

  /** Largest chunks first; replaced, never changed. */
  private volatile Snapshot[] all = {};

  private volatile long smallestChunk;

  OriginSnapshots(Backing originDevice) {
    this.originDevice = originDevice;
  }

  /** All of them, those with the largest chunks first; not to be changed. */
  Snapshot[] all() {
    return all;
  }

  /** Smallest chunk of all snapshots in sectors; 0 without any. */
  long smallestChunk() {
    return smallestChunk;
  }

  /**
   * Adds a snapshot whose table was loaded.
   *
   * @return whether it will take over the store of another one
   */
  synchronized boolean add(Snapshot snapshot) throws TargetException {
    Snapshot source = handoverSource(snapshot);
    if (handoverDestination(snapshot) != null) {
      throw new TargetException(
          Errno.EINVAL,
          NO_PAIR,
          "another table that was loaded and never resumed has snapshots of "
              + originDevice.description()
              + " on "
              + snapshot.cowDevice.description());
    }
    if (source != null && snapshot.merging) {
      checkMerge(source);
    }
    List<Snapshot> more = new ArrayList<>(Arrays.asList(all));
    more.add(snapshot);
    publish(more);
    return source != null;
  }

  private void checkMerge(Snapshot source) throws TargetException {
    for (Snapshot other : all) {
      if (other.merging) {
        throw new TargetException(
            Errno.EINVAL,
            "A snapshot is already merging.",
            "the one on " + other.cowDevice.description() + " into " + originDevice.description());
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
        "the store on " + snapshot.cowDevice.description() + " is transient (N), expected P or PO");
  }

  synchronized void remove(Snapshot snapshot) {
    List<Snapshot> fewer = new ArrayList<>(Arrays.asList(all));
    fewer.remove(snapshot);
    publish(fewer);
  }

  /** A snapshot's chunk size has become known. */
  synchronized void chunkSizesChanged() {
    publish(new ArrayList<>(Arrays.asList(all)));
  }

  private void publish(List<Snapshot> snapshots) {
    snapshots.sort(Comparator.comparingLong(Snapshot::chunk).reversed());
    long smallest = 0;
    for (Snapshot snapshot : snapshots) {
      if (snapshot.chunk() != 0) {
        smallest = snapshot.chunk();
      }
    }
    smallestChunk = smallest;
    all = snapshots.toArray(new Snapshot[0]);
  }

  /** The active snapshot on the same COW device, itself perhaps; or null. */
  Snapshot handoverSource(Snapshot snapshot) {
    return lastOnCowOf(snapshot, true);
  }

  /** The snapshot on the same COW device that was not resumed yet, itself perhaps; or null. */
  Snapshot handoverDestination(Snapshot snapshot) {
    return lastOnCowOf(snapshot, false);
  }

  private Snapshot lastOnCowOf(Snapshot snapshot, boolean active) {
    Snapshot last = null;
    for (Snapshot other : all) {
      if (other.sharesCow(snapshot) && other.active() == active) {
        last = other;
      }
    }
    return last;
  }
}
