package org.jdmsetup.engine.targets.mirror;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.Errno;

/**
 * The writes of a mirror, and all that has to be done one after another: marking regions, recovery,
 * and what becomes of writes that did not reach all legs. A round of its work queue goes through
 * all that is there to do.
 *
 * <p>A write that did not reach all legs, in a mirror that handles errors, is held until user space
 * has reacted to the event: it ends with the next suspend.
 *
 * <p>What is thrown fails the request that it concerns. A write that is counted in its region is
 * counted out then, too, because recovery waits for that.
 */
final class Worker implements Stage {
  /** How long a region stays marked without writes at least. */
  private static final long SWEEP_MILLIS = 200;

  private final TargetContext context;
  private final boolean handleErrors;
  private final boolean keepLog;
  private final Legs legs;
  private final DirtyLog log;
  private final Regions regions;
  private final LegWrites legWrites;
  private final Recovery recovery;

  private final WorkQueue queue = new WorkQueue();
  private final WorkQueue.Job round = queue.job(this::round);
  private final WorkQueue.Job sweep = queue.job(this::sweepDue);
  private final Request.Server submit = this::submit;
  private final Request.Server toAllLegs;
  private final Request.Server toTheDefaultLeg = this::submitToDefaultLeg;
  private final Request.Server issueUnremembered = this::issueUnremembered;
  private final Request.Server decide = this::decide;
  private final Request.Server mark = this::mark;
  private final AtomicBoolean sweepQueued = new AtomicBoolean();

  // Guarded by their monitors.
  private final RequestList failed = new RequestList();
  private final RequestList held = new RequestList();
  private boolean suspending;

  /** Writes to a default leg that is not known to be remembered. */
  private final RequestList unremembered = new RequestList();

  /**
   * The default leg that a restart would find. What only another leg holds is not answered before
   * that one is remembered: recovery would copy the old leg over it.
   */
  private volatile Leg remembered;

  // The work queue's own.
  private final RequestList kept = new RequestList();
  private final RequestList toLegs = new RequestList();
  private final RequestList toDefaultLeg = new RequestList();
  private final RequestList failures = new RequestList();
  private final RequestList delayed = new RequestList();
  private boolean logFailure;

  private volatile boolean closed;

  /**
   * @param length of the rule in sectors
   */
  Worker(
      TargetContext context,
      boolean handleErrors,
      boolean keepLog,
      Legs legs,
      DirtyLog log,
      Regions regions,
      long length,
      long regionSectors) {
    this.context = context;
    this.handleErrors = handleErrors;
    this.keepLog = keepLog;
    this.legs = legs;
    this.log = log;
    this.regions = regions;
    legWrites = new LegWrites(legs, this::written);
    toAllLegs = legWrites::submit;
    recovery =
        new Recovery(legs, log.sync(), regions, length, regionSectors, !handleErrors, this::wake);
    legs.inSync(allInSync());
    remembered = legs.defaultLeg();
  }

  private boolean allInSync() {
    return log.sync().count() == log.sync().regions();
  }

  // --- requests --------------------------------------------------------------------------------

  /** Serves a write, flush or discard, whose sector is the rule's. */
  void submit(Request request) {
    request.reserveStage();
    boolean write = request.op() == Request.Op.WRITE;
    if (!write && !regions.keepsAll()) {
      legWrites.submit(request);
      return;
    }
    switch (regions.admit(request)) {
      case LEGS -> counted(request, toAllLegs);
      case DEFAULT_LEG -> counted(request, toTheDefaultLeg);
      case KEPT -> wake();
      case DELAYED -> {}
    }
  }

  /** Goes on with a request that is counted in its region if it is a write. */
  private void counted(Request request, Request.Server step) {
    int hands = request.hands();
    try {
      step.submit(request);
    } catch (Throwable thrown) {
      Faults.tell("a mirror's request", thrown);
      if (request.hands() == hands) {
        complete(request, Outcome.EIO);
      }
    }
  }

  private void submitToDefaultLeg(Request write) {
    if (legs.failure() && handleErrors && !keepLog) {
      fail(write);
      return;
    }
    Leg leg = legs.defaultLeg();
    if (leg != remembered) {
      synchronized (unremembered) {
        unremembered.add(write);
      }
      wake();
      return;
    }
    write.push(this, regions.indexOf(write.sector()));
    write.sector(leg.start() + write.sector());
    write.submitTo(leg.device());
  }

  /** A write to the default leg alone is done. */
  @Override
  public boolean done(Request write, long region) {
    left(region, write);
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
        Faults.tell("noting an error of a mirror's leg", thrown);
      }
      fail(request);
    }
  }

  /** Has the work queue decide about a request that did not get where it should. */
  private void fail(Request request) {
    synchronized (failed) {
      failed.add(request);
    }
    wake();
  }

  private void complete(Request request, Outcome outcome) {
    if (request.op() == Request.Op.WRITE) {
      left(regions.indexOf(request.sector()), request);
    }
    request.complete(outcome);
  }

  /** One write less in a region. */
  private void left(long region, Request write) {
    switch (regions.written(region, write)) {
      case IDLE -> sweepLater();
      case QUIESCED -> wake();
      case FREED -> {
        sweepLater();
        Request freed;
        while ((freed = regions.pollFreed()) != null) {
          freed.submitTo(submit);
        }
      }
      case NONE -> {}
    }
  }

  private void submitAll(RequestList writes) {
    Request write;
    while ((write = writes.poll()) != null) {
      write.submitTo(submit);
    }
  }

  // --- the work queue ----------------------------------------------------------------------------

  private void wake() {
    round.wake();
  }

  private void round() {
    regions.takeWaiting(kept);
    synchronized (failed) {
      failures.addAll(failed);
    }
    try {
      finishRecovery();
      recovery.proceed();
      noticeSync();
      issueKept();
      issueUnremembered();
    } catch (Throwable thrown) {
      Faults.tell("a mirror's work", thrown);
      giveUp();
    } finally {
      decideFailures();
    }
  }

  /** Fails what the round had taken in hand. */
  private void giveUp() {
    kept.complete(Outcome.EIO);
    Request request;
    while ((request = toLegs.poll()) != null) {
      complete(request, Outcome.EIO);
    }
    while ((request = toDefaultLeg.poll()) != null) {
      complete(request, Outcome.EIO);
    }
    submitAll(delayed);
  }

  /** Whether a restart would take the leg for the default leg that is it now. */
  private boolean remember() {
    Leg leg = legs.defaultLeg();
    if (leg != remembered && context.remember()) {
      remembered = leg;
    }
    return leg == remembered;
  }

  private void issueUnremembered() {
    Request write;
    while ((write = pollUnremembered()) != null) {
      counted(write, issueUnremembered);
    }
  }

  private Request pollUnremembered() {
    synchronized (unremembered) {
      return unremembered.poll();
    }
  }

  private void issueUnremembered(Request write) {
    if (remember()) {
      submitToDefaultLeg(write);
    } else {
      complete(write, Outcome.EIO);
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
      sweepLater();
    } else {
      log.sync().set(region, !handleErrors); // who does not handle errors does not see them
    }
    regions.recovered(region, delayed);
    recovery.finish();
    submitAll(delayed);
  }

  private void noticeSync() {
    if (!legs.inSync() && allInSync()) {
      context.raiseEvent();
      legs.inSync(true);
      legs.reset();
      keepAllIfNeeded();
    }
  }

  /** While something has to be looked at before writes, they all come through here. */
  private void keepAllIfNeeded() {
    boolean logged = logFailure && handleErrors;
    regions.keepAll(logged || !legs.inSync() && allInSync());
  }

  private void issueKept() {
    Request request;
    while ((request = kept.poll()) != null) {
      request.submitTo(mark);
    }
    if (toLegs.isEmpty() && toDefaultLeg.isEmpty()) {
      return;
    }
    if (!log.flush()) {
      logFailure = true; // for good: user space has to do something
      keepAllIfNeeded();
    }
    regions.marked();
    while ((request = toLegs.poll()) != null) {
      if (logFailure && handleErrors) {
        fail(request);
      } else {
        counted(request, toAllLegs);
      }
    }
    while ((request = toDefaultLeg.poll()) != null) {
      counted(request, toTheDefaultLeg);
    }
  }

  /** Sorts what was kept by where it has to go. */
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
      counted(request, decide);
    }
  }

  private void decide(Request request) {
    if (!logFailure) {
      outOfSync(request);
    }
    if (legs.firstGood() == null || keepLog && logFailure) {
      complete(request, Outcome.EIO);
    } else if (handleErrors && !keepLog) {
      hold(request);
    } else {
      complete(request, !handleErrors || remember() ? Outcome.DONE : Outcome.EIO);
    }
  }

  /** The legs differ where a request did not reach all of them. */
  private void outOfSync(Request request) {
    legs.inSync(false);
    if (request.op() == Request.Op.FLUSH) {
      regions.flushFailed();
    } else {
      long region = regions.indexOf(request.sector());
      log.sync().set(region, false);
      if (regions.nosync(region, delayed)) {
        recovery.finish();
      }
      submitAll(delayed);
    }
    keepAllIfNeeded();
  }

  private void hold(Request request) {
    synchronized (held) {
      if (!suspending) {
        held.add(request);
        return;
      }
    }
    complete(request, context.noflushSuspending() ? Outcome.REQUEUE : Outcome.EIO);
  }

  // --- clean again -----------------------------------------------------------------------------

  private void sweepLater() {
    if (sweepQueued.compareAndSet(false, true)) {
      try {
        queue.later(SWEEP_MILLIS, sweep);
      } catch (Throwable thrown) {
        sweepQueued.set(false); // the next write tries again
        Faults.tell("noting later what is clean", thrown);
      }
    }
  }

  private void sweepDue() {
    sweepQueued.set(false);
    if (!closed) {
      boolean idleLeft = regions.sweep(false);
      log.flush();
      if (idleLeft) {
        sweepLater();
      }
    }
  }

  // --- life ------------------------------------------------------------------------------------

  void resume() {
    synchronized (held) {
      suspending = false;
    }
    queue.execute(
        () -> {
          log.resume();
          recovery.allow();
          round();
        });
    queue.flush();
  }

  /** Ends held requests and recovery. */
  void presuspend() {
    RequestList released = new RequestList();
    synchronized (held) {
      suspending = true;
      released.addAll(held);
    }
    Request request;
    while ((request = released.poll()) != null) {
      hold(request);
    }
    recovery.stop();
    queue.flush();
  }

  void presuspendUndo() {
    synchronized (held) {
      suspending = false;
    }
    recovery.allow();
    wake();
  }

  /** Leaves no region marked that is clean. */
  void postsuspend() {
    queue.execute(
        () -> {
          regions.sweep(true);
          log.flush();
        });
    queue.flush();
  }

  void close() {
    closed = true;
    queue.flush();
  }
}
