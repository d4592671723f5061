package org.jdmsetup.engine.target.snapshot;

import org.jdmsetup.engine.block.Request;

/** Requests that wait for the same thing, in the order of their arrival; guarded by its owner. */
final class RequestList {
  private Request first;
  private Request last;

  void add(Request request) {
    request.next = null;
    if (first == null) {
      first = request;
    } else {
      last.next = request;
    }
    last = request;
  }

  /** Takes the first one out; null when there is none. */
  Request poll() {
    Request taken = first;
    if (taken != null) {
      first = taken.next;
      taken.next = null;
    }
    return taken;
  }

  /** Completes all with an error; not to be called within a lock. */
  void fail(int errno) {
    for (Request request = poll(); request != null; request = poll()) {
      request.complete(errno);
    }
  }
}
