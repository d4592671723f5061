package org.jdmsetup.engine.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which locks each thread holds, as far as assertions are enabled: {@link RankedLock} calls this
 * class from assertions alone, so every method is one that returns true or throws.
 */
final class HeldLocks {
  private static final ThreadLocal<List<RankedLock>> HELD = ThreadLocal.withInitial(ArrayList::new);

  /** The first lock taken out of order that no test has asked for yet. */
  private static final AtomicReference<AssertionError> VIOLATION = new AtomicReference<>();

  private HeldLocks() {}

  /** Fails when the thread would wait for a lock while it holds one that comes after it. */
  static boolean mayTake(RankedLock wanted) {
    List<RankedLock> held = HELD.get();
    if (held.contains(wanted)) {
      return true; // it has it already and waits for nobody
    }
    for (RankedLock lock : held) {
      if (lock.rank().compareTo(wanted.rank()) >= 0) {
        AssertionError violation =
            new AssertionError(
                "locks out of order: " + wanted.rank() + " wanted while holding " + held);
        VIOLATION.compareAndSet(null, violation);
        throw violation;
      }
    }
    return true;
  }

  static boolean add(RankedLock taken) {
    return HELD.get().add(taken);
  }

  /** The lock taken last goes first: a lock can be held more than once. */
  static boolean remove(RankedLock released) {
    List<RankedLock> held = HELD.get();
    held.remove(held.lastIndexOf(released));
    return true;
  }

  /**
   * For tests: the first error since the last call that a lock taken out of order caused, in any
   * thread; null if there was none. It is kept here because code that must catch everything may
   * have caught it.
   */
  static AssertionError takeViolation() {
    return VIOLATION.getAndSet(null);
  }
}
