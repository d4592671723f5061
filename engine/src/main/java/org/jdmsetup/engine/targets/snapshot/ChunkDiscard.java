package org.jdmsetup.engine.targets.snapshot;

import java.util.List;
import org.jdmsetup.engine.block.Copier;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;

/**
 * A discard of a snapshot on its way through its chunks, one after another. In the snapshot, a
 * chunk with an exception is zeroed when it is discarded as a whole, and else the discard is passed
 * to the COW device; a chunk without an exception stays. Or the discard goes down to the origin,
 * where no copies are made of what is discarded.
 */
final class ChunkDiscard {
  private final Snapshot snapshot;
  private final Request whole;
  private final boolean toOrigin;
  private final long end;
  private final Request part = new Request(done -> ended(done.outcome()));

  private long sector;
  private Outcome outcome = Outcome.DONE;

  /**
   * @param whole with sectors of the snapshot
   */
  ChunkDiscard(Snapshot snapshot, Request whole, boolean toOrigin) {
    this.snapshot = snapshot;
    this.whole = whole;
    this.toOrigin = toOrigin;
    sector = whole.sector();
    end = sector + whole.sectors();
  }

  /** Goes on with the next chunk, or completes the discard. */
  void next() {
    try {
      while (outcome.isDone() && sector < end) {
        if (!discardChunk()) {
          return;
        }
      }
    } catch (Throwable thrown) {
      Faults.log("a discard of a snapshot", thrown);
      outcome = Outcome.EIO; // no part is under way
    }
    whole.complete(outcome);
  }

  private void ended(Outcome ofPart) {
    outcome = ofPart;
    next();
  }

  /** False when the chunk is under way, and {@link #ended} will be called. */
  private boolean discardChunk() {
    long chunkSectors = snapshot.chunk();
    long at = sector;
    long sectors = Math.min(end - at, chunkSectors - (at & chunkSectors - 1));
    long chunk = snapshot.chunkOf(at);
    sector = at + sectors;
    if (!snapshot.validity.writable()) {
      outcome = Outcome.EIO;
      return true;
    }
    if (toOrigin) {
      part.start(Request.Op.DISCARD, at, sectors, 0);
      snapshot.tracked.track(chunk);
      part.push(snapshot.tracked, chunk);
      part.submitTo(snapshot.originDevice);
      return submitted();
    }
    long there = snapshot.find(chunk);
    if (there < 0) {
      return true;
    }
    if (sectors == chunkSectors) {
      snapshot.copier.copy(
          null,
          0,
          chunkSectors,
          List.of(new Copier.Destination(snapshot.cowDevice, snapshot.sectorOf(there))),
          (reading, failed) -> ended(failed == 0 ? Outcome.DONE : Outcome.EIO));
      return false;
    }
    part.start(Request.Op.DISCARD, at, sectors, 0);
    snapshot.remap(part, there);
    part.submitTo(snapshot.cowDevice);
    return submitted();
  }

  private boolean submitted() {
    if (part.detach()) {
      return false;
    }
    outcome = part.outcome();
    return true;
  }
}
