package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.parameters.MirrorParams;

/**
 * What has to be done one after another in a mirror: marking regions, recovery, and deciding what
 * becomes of writes that did not reach all legs. A round of its work queue goes through all that is
 * there to do.
 */
final class MirrorWorker {
  private final TargetContext context;
  private final boolean handleErrors;
  private final boolean keepLog;
  private final Legs legs;
  private final DirtyLog log;
  private final Regions regions;
  private final WritePath writes;
  private final Recovery recovery;

  private final WorkQueue queue = new WorkQueue();
  private final WorkQueue.Job round = queue.job(this::round);
  private final Request.Handler issueDeferred = this::issueDeferred;
  private final Request.Handler decide = this::decide;
  private final Request.Handler mark = this::mark;
  private final Sweeper sweeper;
  private final HeldWrites held = new HeldWrites();
  private final SavedDefaultLeg savedLeg;

  // The work queue's own.
  private final RequestList queued = new RequestList();
  private final RequestList toLegs = new RequestList();
  private final RequestList toDefaultLeg = new RequestList();
  private final RequestList failures = new RequestList();
  private final RequestList delayed = new RequestList();
  private boolean logFailure;

  MirrorWorker(
      TargetContext context, MirrorParams params, Legs legs, DirtyLog log, Regions regions) {
    this.context = context;
    handleErrors = params.handleErrors();
    keepLog = params.keepLog();
    this.legs = legs;
    this.log = log;
    this.regions = regions;
    recovery = new Recovery(params, legs, log.sync(), regions, this::wake);
    legs.inSync(allInSync());
    savedLeg = new SavedDefaultLeg(context, legs);
    sweeper = new Sweeper(queue, regions, log);
    writes = new WritePath(params, legs, regions, savedLeg, sweeper, this::wake);
  }

  private boolean allInSync() {
    return log.sync().count() == log.sync().regions();
  }

  /** The way of all requests but reads. */
  WritePath writes() {
    return writes;
  }

  // --- the work queue ----------------------------------------------------------------------------

  private void wake() {
    round.enqueue();
  }

  private void round() {
    regions.takeQueued(queued);
    writes.takeFailed(failures);
    try {
      finishRecovery();
      recovery.proceed();
      noticeSync();
      issueQueued();
      issueDeferred();
    } catch (Throwable thrown) {
      Faults.log("a mirror's work", thrown);
      giveUp();
    } finally {
      decideFailures();
    }
  }

  /** Fails what the round had taken in hand. */
  private void giveUp() {
    queued.complete(Outcome.EIO);
    writes.completeAll(toLegs, Outcome.EIO);
    writes.completeAll(toDefaultLeg, Outcome.EIO);
    writes.submitAll(delayed);
  }

  private void issueDeferred() {
    Request write;
    while ((write = savedLeg.poll()) != null) {
      writes.takeStep(write, issueDeferred);
    }
  }

  private void issueDeferred(Request write) {
    if (savedLeg.save()) {
      writes.submitToDefaultLeg(write);
    } else {
      writes.complete(write, Outcome.EIO);
    }
  }

  private void finishRecovery() {
    if (!recovery.hasEnded()) {
      return;
    }
    long region = recovery.region();
    if (recovery.succeeded()) {
      log.clear(region);
      log.sync().set(region, true);
      sweeper.sweepLater();
    } else {
      log.sync().set(region, !handleErrors); // errors that are not handled do not count
    }
    regions.recovered(region, delayed);
    recovery.finish();
    writes.submitAll(delayed);
  }

  private void noticeSync() {
    if (!legs.inSync() && allInSync()) {
      context.raiseEvent();
      legs.inSync(true);
      legs.reset();
      queueAllIfNeeded();
    }
  }

  /** While the worker has something to do before each write, all of them are queued for it. */
  private void queueAllIfNeeded() {
    boolean logged = logFailure && handleErrors;
    regions.queueAll(logged || !legs.inSync() && allInSync());
  }

  private void issueQueued() {
    queued.submitAllTo(mark);
    if (toLegs.isEmpty() && toDefaultLeg.isEmpty()) {
      return;
    }
    if (!log.flush()) {
      logFailure = true; // for good: user space has to do something
      queueAllIfNeeded();
    }
    regions.marked();
    Request request;
    while ((request = toLegs.poll()) != null) {
      if (logFailure && handleErrors) {
        writes.fail(request);
      } else {
        writes.toAllLegs(request);
      }
    }
    while ((request = toDefaultLeg.poll()) != null) {
      writes.toDefaultLeg(request);
    }
  }

  /** Marks the region of what was queued, and sorts it by where it has to go. */
  private void mark(Request request) {
    if (request.op() != Request.Op.WRITE) {
      toLegs.add(request);
      return;
    }
    switch (regions.mark(request)) {
      case LEGS -> toLegs.add(request);
      case DEFAULT_LEG -> toDefaultLeg.add(request);
      default -> {}
    }
  }

  private void decideFailures() {
    Request request;
    while ((request = failures.poll()) != null) {
      writes.takeStep(request, decide);
    }
  }

  private void decide(Request request) {
    if (!logFailure) {
      markOutOfSync(request);
    }
    if (legs.firstGood() == null || keepLog && logFailure) {
      writes.complete(request, Outcome.EIO);
    } else if (handleErrors && !keepLog) {
      hold(request);
    } else {
      writes.complete(request, !handleErrors || savedLeg.save() ? Outcome.DONE : Outcome.EIO);
    }
  }

  /** The legs differ where a request did not reach all of them. */
  private void markOutOfSync(Request request) {
    legs.inSync(false);
    if (request.op() == Request.Op.FLUSH) {
      regions.flushFailed();
    } else {
      long region = regions.indexOf(request.sector());
      log.sync().set(region, false);
      if (regions.markOutOfSync(region, delayed)) {
        recovery.finish();
      }
      writes.submitAll(delayed);
    }
    queueAllIfNeeded();
  }

  private void hold(Request request) {
    if (!held.hold(request)) {
      writes.complete(request, context.noflushSuspending() ? Outcome.REQUEUE : Outcome.EIO);
    }
  }

  // --- life ------------------------------------------------------------------------------------

  void resume() {
    held.resume();
    queue.execute(
        () -> {
          log.resume();
          recovery.allow();
          round();
        });
    queue.awaitQueued();
  }

  /** Ends held requests and recovery. */
  void presuspend() {
    RequestList released = held.suspend();
    Request request;
    while ((request = released.poll()) != null) {
      hold(request);
    }
    recovery.stop();
    queue.awaitQueued();
  }

  void presuspendUndo() {
    held.resume();
    recovery.allow();
    wake();
  }

  /** Leaves no region marked that is clean. */
  void postsuspend() {
    queue.execute(sweeper::sweepAll);
    queue.awaitQueued();
  }

  void close() {
    sweeper.close();
    queue.awaitQueued();
  }
}
