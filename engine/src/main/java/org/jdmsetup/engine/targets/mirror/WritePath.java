package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.MirrorParams;

/**
 * The way of a mirror's writes, flushes and discards: to all legs, to the default leg alone, or to
 * the {@link MirrorWorker} first, which is woken for what has to be done one after another.
 *
 * <p>What is thrown fails the request that it concerns. A write that is counted in its region is
 * counted out then, too, because recovery waits for that. Safe to use from any thread.
 */
final class WritePath implements Stage {
  private final boolean handleErrors;
  private final boolean keepLog;
  private final Legs legs;
  private final Regions regions;
  private final SavedDefaultLeg savedLeg;
  private final Sweeper sweeper;
  private final Runnable wake;

  private final Request.Handler submit = this::submit;
  private final Request.Handler submitToAllLegs;
  private final Request.Handler submitToDefaultLeg = this::submitToDefaultLeg;
  private final LegWrites legWrites;

  /** Requests that did not get where they should; guarded by its monitor. */
  private final RequestList failed = new RequestList();

  /**
   * @param wake wakes the worker
   */
  WritePath(
      MirrorParams params,
      Legs legs,
      Regions regions,
      SavedDefaultLeg savedLeg,
      Sweeper sweeper,
      Runnable wake) {
    handleErrors = params.handleErrors();
    keepLog = params.keepLog();
    this.legs = legs;
    this.regions = regions;
    this.savedLeg = savedLeg;
    this.sweeper = sweeper;
    this.wake = wake;
    legWrites = new LegWrites(legs, this::written);
    submitToAllLegs = legWrites::submit;
  }

  /** Serves a write, flush or discard, whose sector is the rule's. */
  void submit(Request request) {
    request.reserveStage();
    boolean write = request.op() == Request.Op.WRITE;
    if (!write && !regions.queuesAll()) {
      legWrites.submit(request);
      return;
    }
    switch (regions.admit(request)) {
      case LEGS -> toAllLegs(request);
      case DEFAULT_LEG -> toDefaultLeg(request);
      case QUEUED -> wake.run();
      case DELAYED -> {}
    }
  }

  /** Submits all that a list holds, from the beginning. */
  void submitAll(RequestList writes) {
    writes.submitAllTo(submit);
  }

  /** Sends a request that is counted in its region, if it is a write, to all legs. */
  void toAllLegs(Request request) {
    takeStep(request, submitToAllLegs);
  }

  /** Sends a write that is counted in its region to the default leg. */
  void toDefaultLeg(Request write) {
    takeStep(write, submitToDefaultLeg);
  }

  /** Takes a step with a request that is counted in its region if it is a write. */
  void takeStep(Request request, Request.Handler step) {
    int before = request.handOverCount();
    try {
      step.submit(request);
    } catch (Throwable thrown) {
      Faults.log("a mirror's request", thrown);
      if (request.handOverCount() == before) {
        complete(request, Outcome.EIO);
      }
    }
  }

  /**
   * A step of {@link #takeStep}: sends a write to the default leg, or to the worker if that leg
   * must be saved first.
   */
  void submitToDefaultLeg(Request write) {
    if (legs.hadError() && handleErrors && !keepLog) {
      fail(write);
      return;
    }
    Leg leg = legs.defaultLeg();
    if (!savedLeg.isSaved(leg)) {
      savedLeg.defer(write);
      wake.run();
      return;
    }
    write.push(this, regions.indexOf(write.sector()));
    write.sector(leg.start() + write.sector());
    write.submitTo(leg.device());
  }

  /** A write to the default leg alone is done. */
  @Override
  public boolean done(Request write, long region) {
    writeEnded(region, write);
    return true;
  }

  /** A request to all legs is done. */
  private void written(Request request, int failedLegs) {
    if (failedLegs == 0) {
      complete(request, Outcome.DONE);
    } else if (request.op() == Request.Op.DISCARD) {
      request.complete(Outcome.failed(Errno.EOPNOTSUPP)); // nothing is lost with the leg
    } else {
      try {
        legs.fail(failedLegs, LegError.WRITE);
      } catch (Throwable thrown) {
        Faults.log("noting an error of a mirror's leg", thrown);
      }
      fail(request);
    }
  }

  /** Has the worker decide about a request that did not get where it should. */
  void fail(Request request) {
    synchronized (failed) {
      failed.add(request);
    }
    wake.run();
  }

  /** Takes the requests that the worker has to decide about. */
  void takeFailed(RequestList into) {
    synchronized (failed) {
      into.addAll(failed);
    }
  }

  /** Completes all that a list holds, as {@link #complete}. */
  void completeAll(RequestList requests, Outcome outcome) {
    Request request;
    while ((request = requests.poll()) != null) {
      complete(request, outcome);
    }
  }

  /** Completes a request, and counts it out of its region if it is a write. */
  void complete(Request request, Outcome outcome) {
    if (request.op() == Request.Op.WRITE) {
      writeEnded(regions.indexOf(request.sector()), request);
    }
    request.complete(outcome);
  }

  /** One write less in a region. */
  private void writeEnded(long region, Request write) {
    switch (regions.written(region, write)) {
      case IDLE -> sweeper.sweepLater();
      case QUIESCED -> wake.run();
      case RELEASED -> {
        sweeper.sweepLater();
        Request released;
        while ((released = regions.pollReleased()) != null) {
          released.submitTo(submit);
        }
      }
      case NONE -> {}
    }
  }
}
