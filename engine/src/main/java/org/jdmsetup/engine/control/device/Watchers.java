package org.jdmsetup.engine.control.device;

import java.util.concurrent.CopyOnWriteArrayList;
import org.jdmsetup.engine.block.Faults;

/** Who is told when something has happened. Safe to use from any thread. */
final class Watchers {
  private final CopyOnWriteArrayList<Runnable> watchers = new CopyOnWriteArrayList<>();

  void add(Runnable watcher) {
    watchers.add(watcher);
  }

  void remove(Runnable watcher) {
    watchers.remove(watcher);
  }

  /** Tells all; what one of them throws harms neither the others nor who tells. */
  void wake() {
    for (Runnable watcher : watchers) {
      try {
        watcher.run();
      } catch (Throwable thrown) {
        Faults.log("telling of an event", thrown);
      }
    }
  }
}
