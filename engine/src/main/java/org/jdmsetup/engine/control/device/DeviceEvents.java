package org.jdmsetup.engine.control.device;

import java.util.concurrent.atomic.AtomicInteger;

/** The events of one device: how many there were, and who waits for the next. For any thread. */
public final class DeviceEvents {
  private final GlobalEvents global;
  private final AtomicInteger number = new AtomicInteger();
  private final Watchers watchers = new Watchers();

  /**
   * @param global counts the device's events too
   */
  DeviceEvents(GlobalEvents global) {
    this.global = global;
  }

  /** How many there were. */
  public int number() {
    return number.get();
  }

  void restore(int saved) {
    number.set(saved);
  }

  void raise() {
    number.incrementAndGet();
    watchers.wake();
    global.raise();
  }

  /** Has {@code watcher} run after each event and when the device goes; it must not block. */
  public void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  public void unwatch(Runnable watcher) {
    watchers.remove(watcher);
  }

  /** Tells those who wait that there will be no more events. */
  void deviceGoes() {
    watchers.wake();
  }
}
