package org.jdmsetup.engine.control.device;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The count of everything that happens to any device: tables swapped, events, devices made, renamed
 * and removed. A client arms itself with the count of now and is told when it has changed ({@code
 * dm_poll} in the kernel).
 *
 * <p>Safe to use from any thread.
 */
public final class GlobalEvents {
  private final AtomicInteger count = new AtomicInteger();
  private final Watchers watchers = new Watchers();

  public int count() {
    return count.get();
  }

  public void raise() {
    count.incrementAndGet();
    watchers.wake();
  }

  /** Has {@code watcher} run whenever the count changes; it must not block. */
  public void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  public void unwatch(Runnable watcher) {
    watchers.remove(watcher);
  }
}
