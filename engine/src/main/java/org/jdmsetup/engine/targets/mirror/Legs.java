package org.jdmsetup.engine.targets.mirror;

import java.util.List;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.tables.parameters.MirrorParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All copies of the data. One of them is the default leg, which is read from, and whose data counts
 * where the legs differ.
 *
 * <p>Safe to use from any thread, except {@link #flush}.
 */
final class Legs {
  private static final Logger LOG = LoggerFactory.getLogger(Legs.class);

  private final Leg[] legs;
  private final BlockingIo[] blocking;
  private final boolean handleErrors;
  private final boolean keepLog;
  private final Runnable event;

  private volatile Leg defaultLeg;
  private volatile boolean inSync;
  private volatile boolean hadError;

  /**
   * @param event raises an event of the mapped device
   */
  Legs(MirrorParams params, List<Leg> legs, Runnable event) {
    this.legs = legs.toArray(new Leg[0]);
    handleErrors = params.handleErrors();
    keepLog = params.keepLog();
    this.event = event;
    blocking = new BlockingIo[this.legs.length];
    for (int i = 0; i < blocking.length; i++) {
      blocking[i] = new BlockingIo(this.legs[i].device());
    }
    defaultLeg = this.legs[0];
  }

  int count() {
    return legs.length;
  }

  Leg get(int index) {
    return legs[index];
  }

  Leg defaultLeg() {
    return defaultLeg;
  }

  /** Makes another leg the one that counts. */
  void defaultLeg(int index) {
    defaultLeg = legs[index];
  }

  /**
   * The leg to read a region from.
   *
   * @param regionInSync whether any leg will do
   * @return null when there is none
   */
  Leg legForRead(boolean regionInSync) {
    Leg first = defaultLeg;
    if (!first.failed()) {
      return first;
    }
    if (regionInSync) {
      for (int i = 1; i < legs.length; i++) {
        Leg leg = legs[(first.index() - i + legs.length) % legs.length];
        if (!leg.failed()) {
          return leg;
        }
      }
    }
    return null;
  }

  /** The first leg without errors; null when all have had some. */
  Leg firstGood() {
    for (Leg leg : legs) {
      if (!leg.failed()) {
        return leg;
      }
    }
    return null;
  }

  /** Whether a leg has had an error since all regions were last in sync. */
  boolean hadError() {
    return hadError;
  }

  /** Whether all regions are in sync, as far as nothing has gone wrong since that was found. */
  boolean inSync() {
    return inSync;
  }

  /** Notes whether all regions are in sync. */
  synchronized void inSync(boolean now) {
    inSync = now;
  }

  /** Forgets all errors. */
  synchronized void reset() {
    hadError = false;
    for (Leg leg : legs) {
      leg.reset();
    }
  }

  /** Notes an error of one leg. */
  void fail(Leg leg, LegError error) {
    fail(1L << leg.index(), error);
  }

  /**
   * Notes errors that were found together.
   *
   * @param failed bit <i>i</i> stands for leg <i>i</i>
   */
  void fail(long failed, LegError error) {
    boolean raise = false;
    synchronized (this) {
      hadError = true;
      for (Leg leg : legs) {
        if ((failed & 1L << leg.index()) != 0 && leg.note(error) && handleErrors) {
          LOG.warn("mirror: {} failed: {}", leg.device().description(), error);
          replaceDefault(leg);
          raise = true;
        }
      }
    }
    if (raise) {
      event.run();
    }
  }

  private void replaceDefault(Leg leg) {
    if (leg != defaultLeg) {
      return;
    }
    if (!inSync && !keepLog) {
      // The others hold older data: an error is better than those.
      LOG.error(
          "Primary mirror ({}) failed while out-of-sync: Reads may fail.",
          leg.device().description());
      return;
    }
    Leg good = firstGood();
    if (good == null) {
      LOG.warn("All sides of mirror have failed.");
    } else {
      defaultLeg = good;
    }
  }

  /**
   * Makes what was written to all legs durable, and waits for that; for the mirror's work queue.
   *
   * @return false when a leg could not do it
   */
  boolean flush() {
    long failed = 0;
    for (int i = 0; i < legs.length; i++) {
      if (!blocking[i].flush().isDone()) {
        failed |= 1L << i;
      }
    }
    if (failed != 0) {
      fail(failed, LegError.FLUSH);
    }
    return failed == 0;
  }

  /** The letters of all legs, as a status shows them. */
  String letters() {
    StringBuilder letters = new StringBuilder();
    for (Leg leg : legs) {
      letters.append(leg.letter());
    }
    return letters.toString();
  }
}
