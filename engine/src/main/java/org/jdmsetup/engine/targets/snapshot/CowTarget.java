package org.jdmsetup.engine.targets.snapshot;

import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.SnapshotParams;

/** What {@code snapshot} and {@code snapshot-merge} have in common: all but the requests. */
abstract class CowTarget implements Target {
  final Snapshot snapshot;
  final Origin origin;

  /** First sector of the rule: sectors of origin and snapshot count from the device's start. */
  final long start;

  private final Sectors length;
  private final Origins origins;
  private final SnapshotParams params;

  CowTarget(TargetContext context, SnapshotParams params) throws TargetException {
    this.params = params;
    start = context.start().count();
    length = context.length();
    Backing originDevice = openOrigin(context, params);
    // Also under a read-only table exceptions are written, for writes to the origin.
    Backing cowDevice = context.openToWrite(params.cow(), "Cannot get COW device");
    if (cowDevice == originDevice) {
      throw new TargetException(
          Errno.EINVAL,
          "COW device cannot be the same as origin device",
          params.origin() + " and " + params.cow() + " are both " + cowDevice.description());
    }
    checkChunk(params.chunk(), cowDevice, originDevice);
    origins = context.shared(Origins.class, Origins::new);
    origin = origins.take(originDevice);
    snapshot = new Snapshot(context, params, origin, cowDevice);
    boolean made = false;
    try {
      if (!origin.snapshots.add(snapshot)) {
        load(context.isRestored());
      }
      made = true;
    } finally {
      if (!made) {
        origin.snapshots.remove(snapshot);
        origins.release(origin);
      }
    }
  }

  /** A merge writes to the origin; a snapshot may discard there, if that does not forbid it. */
  private static Backing openOrigin(TargetContext context, SnapshotParams params)
      throws TargetException {
    String kernelText = "Cannot get origin device";
    if (params.discardPassdownOrigin() && !params.merge()) {
      try {
        return context.open(params.origin(), true, kernelText);
      } catch (TargetException notToBeWritten) {
        // the snapshot works without it; the origin, opened for reading, refuses discards
      }
    }
    return context.open(params.origin(), params.merge(), kernelText);
  }

  private static void checkChunk(Sectors chunk, Backing cowDevice, Backing originDevice)
      throws TargetException {
    String fault = chunk.isZero() ? null : ChunkSize.fault(chunk, cowDevice, originDevice);
    if (fault != null) {
      throw new TargetException(
          Errno.EINVAL,
          "Couldn't create exception store",
          fault
              + ": "
              + chunk
              + " sectors, where "
              + originDevice.description()
              + " has blocks of "
              + originDevice.logicalBlockSize()
              + " bytes and "
              + cowDevice.description()
              + " of "
              + cowDevice.logicalBlockSize());
    }
  }

  private void load(boolean restored) throws TargetException {
    if (params.merge() && !snapshot.store().merges()) {
      throw OriginSnapshots.cannotMerge(snapshot);
    }
    snapshot.load(restored);
    origin.snapshots.chunkSizesChanged();
  }

  @Override
  public List<DeviceArea> areas() {
    return List.of(
        new DeviceArea(snapshot.originDevice, Sectors.ZERO, length),
        new DeviceArea(
            snapshot.cowDevice, Sectors.ZERO, new Sectors(snapshot.cowDevice.sizeSectors())));
  }

  /** As the kernel has it: the granularity is in bytes and gets a number of sectors. */
  @Override
  public void ioHints(Limits limits) {
    if (params.discardZeroesCow()) {
      Snapshot source = origin.snapshots.handoverSource(snapshot);
      boolean takesOver = source != null && origin.snapshots.handoverDestination(snapshot) != null;
      long chunk = (takesOver ? source : snapshot).chunk();
      limits.discardGranularityBytes(chunk);
      limits.maxDiscardSectors(chunk);
    }
  }

  /** How many copies of a discard a table asks for. */
  final int discardCopies() {
    if (!params.discardZeroesCow()) {
      return 0;
    }
    return params.discardPassdownOrigin() ? 2 : 1;
  }

  @Override
  public String info() {
    return snapshot.info();
  }

  @Override
  public String measurement() {
    return snapshot.measurement();
  }

  @Override
  public String table() {
    return params.text(
        device ->
            device == params.origin()
                ? snapshot.originDevice.tableWord()
                : snapshot.cowDevice.tableWord(),
        snapshot.validity.storeLetters(),
        new Sectors(snapshot.chunk()));
  }

  @Override
  public void postsuspend() {
    snapshot.suspended = true;
  }

  @Override
  public void preresume() throws TargetException {
    Snapshot source = origin.snapshots.handoverSource(snapshot);
    if (source == null || origin.snapshots.handoverDestination(snapshot) == null) {
      return;
    }
    if (source == snapshot) {
      throw new TargetException(
          Errno.EINVAL,
          "Unable to resume snapshot source until handover completes.",
          "a table that was loaded is to take over the store on "
              + snapshot.cowDevice.description());
    }
    if (!source.suspended) {
      throw new TargetException(
          Errno.EINVAL,
          "Unable to perform snapshot handover until source is suspended.",
          "the device that has the store on "
              + snapshot.cowDevice.description()
              + " now is running");
    }
  }

  @Override
  public void resume() {
    snapshot.suspended = false;
    if (!snapshot.active()) {
      origin.activate(snapshot);
    }
  }

  @Override
  public void close() {
    Snapshot destination = origin.snapshots.handoverDestination(snapshot);
    if (destination != null && origin.snapshots.handoverSource(snapshot) == snapshot) {
      destination.validity.cancelHandover();
    }
    origin.snapshots.remove(snapshot);
    snapshot.copyOnWrite.stopAndAwait();
    origins.release(origin);
  }
}
