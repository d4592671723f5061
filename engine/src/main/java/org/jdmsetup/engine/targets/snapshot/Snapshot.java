package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Copier;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.SnapshotParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One snapshot of an origin: where its chunks are. A rule {@code snapshot} or {@code
 * snapshot-merge} has one; the {@link Origin} knows all of its own. {@link CopyOnWrite} gets it
 * more chunks, {@link Validity} says whether it can be relied on; both are guarded by its monitor.
 */
final class Snapshot {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

  final Backing originDevice;
  final Backing cowDevice;
  final Origin origin;

  /**
   * Where the rule ends, in sectors: what is written to the origin behind it does not concern it.
   */
  final long endSector;

  /** Whether it is being merged into its origin, so that writes there do not concern it. */
  final boolean merging;

  final TrackedChunks tracked = new TrackedChunks();
  final WorkQueue work = new WorkQueue();
  final Copier copier = new Copier();
  final Validity validity;
  final CopyOnWrite copyOnWrite;

  private final TargetContext context;

  private volatile ExceptionTable exceptions = new ExceptionTable();
  private volatile ExceptionStore store;
  private volatile long chunk;
  private volatile int shift;

  private volatile boolean active;
  private volatile boolean mergeFailed;

  /** Whether the mapped device is suspended. Means something only after the first resume. */
  volatile boolean suspended;

  Snapshot(TargetContext context, SnapshotParams params, Origin origin, Backing cowDevice) {
    this.context = context;
    this.origin = origin;
    this.cowDevice = cowDevice;
    originDevice = origin.device();
    merging = params.merge();
    endSector = context.start().plus(context.length()).count();
    store =
        params.store() == SnapshotParams.Store.N
            ? new TransientStore(cowDevice, params.chunk().count())
            : new PersistentStore(cowDevice, originDevice, params.chunk().count());
    validity = new Validity(this, context, params.store() == SnapshotParams.Store.PO);
    copyOnWrite = new CopyOnWrite(this, validity);
  }

  /**
   * Reads the store; not for a snapshot that will take one over.
   *
   * @param restored whether it comes back after a restart of the engine: then a transient store has
   *     lost its exceptions
   */
  void load(boolean restored) throws TargetException {
    if (!store.read(exceptions)) {
      LOG.warn("{}: Snapshot is marked invalid.", context.deviceNumber());
      validity.setInvalid();
    } else if (restored && !store.persistent()) {
      LOG.warn("{}: a transient snapshot ended with the engine.", context.deviceNumber());
      validity.setInvalid();
    }
    if (store.chunk() == 0) {
      throw new TargetException(
          Errno.EINVAL,
          "Chunk size not set",
          "a chunk size of 0 sectors, and a transient store has none of its own");
    }
    readChunkSize();
  }

  private void readChunkSize() {
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

  /** Shows an exception from now on. */
  void add(long chunkNumber, long newChunk) {
    exceptions.add(chunkNumber, newChunk);
  }

  /** Takes exceptions out that were merged. */
  void remove(ExceptionStore.Run run) {
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
        + originDevice.tableWord()
        + ",snap_cow_name="
        + cowDevice.tableWord()
        + ",snap_valid="
        + (validity.valid() ? 'y' : 'n')
        + ",snap_merge_failed="
        + (mergeFailed ? 'y' : 'n')
        + ",snapshot_overflowed="
        + (validity.overflowed() ? "y;" : "n;");
  }

  /** The words of the status. */
  String info() {
    if (!validity.valid()) {
      return "Invalid";
    }
    if (mergeFailed) {
      return "Merge failed";
    }
    if (validity.overflowed()) {
      return "Overflow";
    }
    if (chunk == 0) {
      return "0/" + cowDevice.sizeSectors() + " 0";
    }
    ExceptionStore kept = store;
    return kept.allocated() + "/" + cowDevice.sizeSectors() + " " + kept.metadata();
  }

  // --- handover ----------------------------------------------------------------------------------

  /** Whether two snapshots keep their chunks on the same device. */
  boolean sharesCow(Snapshot other) {
    return cowDevice == other.cowDevice;
  }

  /** Takes everything over from a snapshot that is suspended and for which nothing is under way. */
  void takeOver(Snapshot source) {
    source.copyOnWrite.awaitIdle();
    synchronized (source) {
      synchronized (this) {
        ExceptionStore unread = store;
        ExceptionTable empty = exceptions;
        store = source.store;
        exceptions = source.exceptions;
        source.store = unread;
        source.exceptions = empty;
        validity.takeOver(source.validity);
        readChunkSize();
        source.chunk = 0;
      }
    }
  }
}
