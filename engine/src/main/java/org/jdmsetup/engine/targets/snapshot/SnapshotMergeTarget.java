package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Splitter;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.parameters.SnapshotParams;

/**
 * The origin of a snapshot while the snapshot is merged into it: shows what the snapshot holds.
 * What has an exception still is read and written on the COW device; all else on the origin, where
 * writes count for the other snapshots.
 */
public final class SnapshotMergeTarget extends CowTarget {
  private final Splitter splitter = new Splitter();
  private final Request.Handler map = this::map;
  private final Merge merge;

  public SnapshotMergeTarget(TargetContext context, SnapshotParams params) throws TargetException {
    super(context, params);
    merge = new Merge(snapshot, origin);
  }

  @Override
  public int copies(Request.Op op) {
    return switch (op) {
      case FLUSH -> 2;
      case DISCARD -> discardCopies();
      default -> 0;
    };
  }

  @Override
  public void submit(Request request, int copy) {
    switch (request.op()) {
      case FLUSH -> (copy == 0 ? snapshot.originDevice : snapshot.cowDevice).submit(request);
      case READ, WRITE -> {
        request.sector(start + request.sector());
        if (snapshot.validity.valid()) {
          splitter.cut(request, snapshot.chunk(), map);
        } else {
          toOrigin(request);
        }
      }
      default -> request.complete(Outcome.DONE); // a discard has no effect any more
    }
  }

  /** Serves a read or write of one chunk. */
  private void map(Request request) {
    if (request.op() == Request.Op.WRITE) {
      write(request);
      return;
    }
    long there = snapshot.find(snapshot.chunkOf(request.sector()));
    if (there < 0) {
      snapshot.originDevice.submit(request);
    } else {
      snapshot.remap(request, there);
      snapshot.cowDevice.submit(request);
    }
  }

  private void write(Request request) {
    request.reserveStage(); // what is tracked must be untracked
    long chunk = snapshot.chunkOf(request.sector());
    while (true) {
      // In this order: what is tracked is not merged before it is done, and what was merged has no
      // exception any more before it may be written again.
      snapshot.tracked.track(chunk);
      boolean merging = merge.isMerging(chunk);
      long there = snapshot.find(chunk);
      if (!merging && there >= 0) {
        request.push(snapshot.tracked, chunk);
        snapshot.remap(request, there);
        snapshot.cowDevice.submit(request);
        return;
      }
      snapshot.tracked.untrack(chunk);
      if (there < 0) {
        origin.write(request);
        return;
      }
      if (merge.defer(request, chunk)) {
        return;
      }
    }
  }

  private void toOrigin(Request request) {
    if (request.op() == Request.Op.WRITE) {
      origin.write(request);
    } else {
      snapshot.originDevice.submit(request);
    }
  }

  @Override
  public void presuspend() {
    origin.stop(merge);
  }

  @Override
  public void presuspendUndo() {
    origin.start(merge);
  }

  @Override
  public void resume() {
    super.resume();
    origin.start(merge);
  }

  @Override
  public void close() {
    origin.stop(merge);
    super.close();
  }
}
