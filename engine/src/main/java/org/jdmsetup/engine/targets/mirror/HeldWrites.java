package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;

/**
 * Writes that did not reach all legs of a mirror that handles errors. They are held until user
 * space has reacted to the event: they end with the next suspend. Safe to use from any thread.
 */
final class HeldWrites {
  private final RequestList held = new RequestList();
  private boolean suspending;

  /** Holds a write; false while the device is suspended, when nothing is held any more. */
  synchronized boolean hold(Request write) {
    if (suspending) {
      return false;
    }
    held.add(write);
    return true;
  }

  /** The device is being suspended: from now on nothing is held. Gives the writes that were. */
  synchronized RequestList suspend() {
    suspending = true;
    RequestList released = new RequestList();
    released.addAll(held);
    return released;
  }

  /** The device is not suspended any more. */
  synchronized void resume() {
    suspending = false;
  }
}
