package org.jdmsetup.engine.block;

/**
 * Requests that wait for the same thing, in the order in which they came; linked through {@link
 * Request#next}, so that a request is in one list at most. Not safe for several threads: guarded by
 * its owner.
 */
public final class RequestList {
  private Request first;
  private Request last;

  public void add(Request request) {
    request.handOver();
    request.next = null;
    if (first == null) {
      first = request;
    } else {
      last.next = request;
    }
    last = request;
  }

  /** Takes the first one out; null when there is none. */
  public Request poll() {
    Request taken = first;
    if (taken != null) {
      first = taken.next;
      taken.next = null;
    }
    return taken;
  }

  /** Moves all requests of another list to the end of this one. */
  public void addAll(RequestList other) {
    if (other.first != null) {
      if (first == null) {
        first = other.first;
      } else {
        last.next = other.first;
      }
      last = other.last;
      other.first = null;
    }
  }

  public boolean isEmpty() {
    return first == null;
  }

  /** Completes all with an error; not to be called within a lock. */
  public void fail(int errno) {
    for (Request request = poll(); request != null; request = poll()) {
      request.complete(errno);
    }
  }
}
