package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.tables.Errno;

/**
 * Reads from the default leg, or where a region is in sync from another one that has had no errors;
 * tries again there when the first fails.
 */
final class ReadPath implements Stage {
  private static final int LEG_BITS = 4;

  private final Legs legs;
  private final SyncBits sync;
  private final Regions regions;

  ReadPath(Legs legs, SyncBits sync, Regions regions) {
    this.legs = legs;
    this.sync = sync;
    this.regions = regions;
  }

  /** Serves a read, whose sector is the rule's. */
  void submit(Request request) {
    submit(request, request.sector());
  }

  private void submit(Request request, long sector) {
    Leg leg = legs.legForRead(sync.get(regions.indexOf(sector)));
    if (leg == null) {
      request.complete(Outcome.EIO);
      return;
    }
    request.push(this, sector << LEG_BITS | leg.index());
    request.sector(leg.start() + sector);
    leg.device().submit(request);
  }

  @Override
  public boolean done(Request request, long cookie) {
    Outcome outcome = request.outcome();
    if (outcome.isDone() || outcome.is(Errno.EOPNOTSUPP)) {
      return true;
    }
    legs.fail(legs.get((int) cookie & (1 << LEG_BITS) - 1), LegError.READ);
    submit(request, cookie >>> LEG_BITS);
    return false;
  }
}
