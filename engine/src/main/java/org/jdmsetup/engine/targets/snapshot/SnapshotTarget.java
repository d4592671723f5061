package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Splitter;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.parameters.SnapshotParams;

/**
 * A device as it was when its snapshot began to count, and what was written to the snapshot since:
 * chunks that have an exception are on the COW device, all others on the origin.
 */
public final class SnapshotTarget extends CowTarget {
  private final Splitter splitter = new Splitter();
  private final Request.Handler map = this::map;
  private final Stage originRead = this::originRead;

  public SnapshotTarget(TargetContext context, SnapshotParams params) throws TargetException {
    super(context, params);
  }

  @Override
  public int copies(Request.Op op) {
    return switch (op) {
      case FLUSH -> 1;
      case DISCARD -> discardCopies();
      default -> 0;
    };
  }

  @Override
  public void submit(Request request, int copy) {
    if (request.op() == Request.Op.FLUSH) {
      snapshot.cowDevice.submit(request);
      return;
    }
    request.sector(start + request.sector());
    if (!snapshot.validity.valid()) {
      request.complete(Outcome.EIO);
    } else if (request.op() == Request.Op.DISCARD) {
      new ChunkDiscard(snapshot, request, copy == 1).next();
    } else {
      splitter.cut(request, snapshot.chunk(), map);
    }
  }

  /** Serves a read or write of one chunk. */
  private void map(Request request) {
    if (request.op() == Request.Op.READ) {
      read(request);
    } else {
      write(request);
    }
  }

  private void write(Request request) {
    long chunk = snapshot.chunkOf(request.sector());
    long there = snapshot.find(chunk);
    if (there < 0) {
      snapshot.copyOnWrite.write(request, chunk);
    } else if (snapshot.validity.writable()) {
      snapshot.remap(request, there);
      snapshot.cowDevice.submit(request);
    } else {
      request.complete(Outcome.EIO);
    }
  }

  private void read(Request request) {
    request.reserveStage(); // what is tracked must be untracked
    long chunk = snapshot.chunkOf(request.sector());
    long there = snapshot.find(chunk);
    if (there < 0) {
      snapshot.tracked.track(chunk);
      there = snapshot.find(chunk);
      if (there < 0) {
        request.push(originRead, chunk);
        snapshot.originDevice.submit(request);
        return;
      }
      snapshot.tracked.untrack(chunk);
    }
    snapshot.remap(request, there);
    snapshot.cowDevice.submit(request);
  }

  /** Once the snapshot is invalid, writes to the origin no longer wait for reads like this one. */
  private boolean originRead(Request request, long chunk) {
    snapshot.tracked.untrack(chunk);
    if (!snapshot.validity.valid() && request.outcome().isDone()) {
      request.outcome(Outcome.EIO);
    }
    return true;
  }
}
