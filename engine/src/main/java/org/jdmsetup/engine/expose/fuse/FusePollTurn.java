package org.jdmsetup.engine.expose.fuse;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jdmsetup.engine.nativeio.AlignedBuffer;

/**
 * Where extra workers wait for requests: one of them polls; when it has found a request and leaves,
 * the next one polls, and the others sleep. The kernel wakes everybody who polls whenever a request
 * comes, so a hundred that poll would cost each request a hundred wake-ups. The worker that came
 * last is woken first, so that a few do all the work, and the others become idle and end.
 */
final class FusePollTurn {

  private final ArrayDeque<Thread> sleeping = new ArrayDeque<>();

  /** For the poll(2) of whoever has the turn. */
  final AlignedBuffer pollfd = new AlignedBuffer(8);

  private Thread polling;

  /**
   * Waits until the caller is the one to poll; it must {@link #leave} then.
   *
   * @param deadline when to give up, by {@link System#nanoTime}
   * @return false when it was not called in time
   */
  boolean enter(long deadline) {
    Thread self = Thread.currentThread();
    synchronized (this) {
      if (polling == null) {
        polling = self;
        return true;
      }
      sleeping.push(self);
    }
    while (true) {
      LockSupport.parkNanos(this, deadline - System.nanoTime());
      synchronized (this) {
        if (polling == self) {
          return true;
        }
        if (deadline - System.nanoTime() <= 0) {
          sleeping.remove(self);
          return false;
        }
      }
    }
  }

  /** Lets the next one poll. */
  void leave() {
    Thread next;
    synchronized (this) {
      next = sleeping.poll();
      polling = next;
    }
    LockSupport.unpark(next);
  }
}
