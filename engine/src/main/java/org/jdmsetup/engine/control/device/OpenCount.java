package org.jdmsetup.engine.control.device;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often a device is open, as far as the engine itself counts: by tables and by connections of
 * the NBD server, which the kernel cannot see. Safe to use from any thread.
 */
final class OpenCount {
  private static final int REFUSED = Integer.MIN_VALUE;

  private final AtomicInteger count = new AtomicInteger();
  private final Runnable onLastClose;

  /**
   * @param onLastClose run whenever the count falls to 0
   */
  OpenCount(Runnable onLastClose) {
    this.onLastClose = onLastClose;
  }

  /**
   * Counts one more.
   *
   * @return false when the device is being removed
   */
  boolean open() {
    return count.getAndUpdate(now -> now < 0 ? now : now + 1) >= 0;
  }

  /** Undoes {@link #open}. */
  void close() {
    if (count.decrementAndGet() == 0) {
      onLastClose.run();
    }
  }

  /** How often it is open. */
  int get() {
    return Math.max(0, count.get());
  }

  /** Lets nobody open the device from now on; false when somebody has it open. */
  boolean refuse() {
    return count.compareAndSet(0, REFUSED);
  }

  /** Whether {@link #refuse} holds. */
  boolean refused() {
    return count.get() < 0;
  }

  /** Undoes {@link #refuse}. */
  void allow() {
    count.set(0);
  }
}
