package org.jdmsetup.engine.cuse;

import java.util.function.BooleanSupplier;

/** Where a thread waits for a condition until it is called off. */
final class InterruptibleWait {
  private boolean calledOff;

  /**
   * Waits, looking at the condition now and after each {@link #wake}.
   *
   * @return false when it was called off before the condition came true
   */
  synchronized boolean await(BooleanSupplier condition) {
    try {
      while (!condition.getAsBoolean()) {
        if (calledOff) {
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

  synchronized void callOff() {
    calledOff = true;
    notifyAll();
  }
}
