package org.jdmsetup.engine.targets.mirror;

import java.util.EnumSet;
import java.util.Set;
import org.jdmsetup.engine.backing.Backing;

/** One copy of the data: where it lies, and what has gone wrong with it. */
final class Leg {
  private final int index;
  private final Backing device;
  private final long start;
  private final Set<LegError> errors = EnumSet.noneOf(LegError.class);
  private volatile boolean failed;

  /**
   * @param index among the legs, from 0
   * @param start its first sector on the device
   */
  Leg(int index, Backing device, long start) {
    this.index = index;
    this.device = device;
    this.start = start;
  }

  int index() {
    return index;
  }

  Backing device() {
    return device;
  }

  long start() {
    return start;
  }

  /** Whether it has had errors. */
  boolean failed() {
    return failed;
  }

  /**
   * Notes an error.
   *
   * @return whether it is the first of its kind
   */
  synchronized boolean note(LegError error) {
    failed = true;
    return errors.add(error);
  }

  /** Forgets its errors. */
  synchronized void reset() {
    failed = false;
    errors.clear();
  }

  /** How a status shows it. */
  synchronized char letter() {
    return errors.isEmpty() ? 'A' : errors.iterator().next().letter();
  }
}
