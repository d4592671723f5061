package org.jdmsetup.cli;

import java.util.concurrent.TimeUnit;

/** The beat of a repeated command: one start every so many seconds, however long each run takes. */
final class Pace {
  private final long intervalNanos;
  private long next;

  Pace(int seconds) {
    intervalNanos = TimeUnit.SECONDS.toNanos(seconds);
    next = System.nanoTime() + intervalNanos;
  }

  /** Waits for the next beat. A beat that has passed is not made up for. */
  void await() {
    long left = next - System.nanoTime();
    try {
      if (left > 0) {
        TimeUnit.NANOSECONDS.sleep(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    next = Math.max(next + intervalNanos, System.nanoTime());
  }
}
