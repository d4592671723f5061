package org.jdmsetup.engine.cuse;

import java.util.function.BooleanSupplier;

/** Where a thread waits for a condition until it is interrupted. */
final class InterruptibleWait {
  private boolean interruptRequested;

  /**
   * Waits, looking at the condition now and after each {@link #wake}.
   *
   * @return false when it was interrupted before the condition came true
   */
  synchronized boolean await(BooleanSupplier condition) {
    try {
      while (!condition.getAsBoolean()) {
        if (interruptRequested) {
          return false;
        }
        wait();
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  synchronized void wake() {
    notifyAll();
  }

  synchronized void interrupt() {
    interruptRequested = true;
    notifyAll();
  }
}
