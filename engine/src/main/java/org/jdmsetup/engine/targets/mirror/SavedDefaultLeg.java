package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.targets.TargetContext;

/**
 * The default leg as the journal has it. A write that reached only another leg must not complete
 * before the journal names that leg: after a restart, recovery would copy the old default leg over
 * it. So writes to a default leg that is not saved yet wait here until the work queue has written
 * to the journal.
 */
final class SavedDefaultLeg {
  private final TargetContext context;
  private final Legs legs;

  private volatile Leg saved;

  /** Guarded by its monitor. */
  private final RequestList waiting = new RequestList();

  SavedDefaultLeg(TargetContext context, Legs legs) {
    this.context = context;
    this.legs = legs;
    saved = legs.defaultLeg();
  }

  /** Whether a restart would take this leg for the default leg. */
  boolean isSaved(Leg leg) {
    return leg == saved;
  }

  /**
   * Work queue: saves the current default leg in the journal; false when the journal cannot be
   * written.
   */
  boolean save() {
    Leg leg = legs.defaultLeg();
    if (leg != saved && context.saveState()) {
      saved = leg;
    }
    return leg == saved;
  }

  /** Keeps a write until the work queue has saved the leg; it has to be woken. */
  void defer(Request write) {
    synchronized (waiting) {
      waiting.add(write);
    }
  }

  /** Work queue: takes a write out that waited; null when there is none. */
  Request poll() {
    synchronized (waiting) {
      return waiting.poll();
    }
  }
}
