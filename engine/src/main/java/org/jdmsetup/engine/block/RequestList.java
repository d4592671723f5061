package org.jdmsetup.engine.block;

/**
 * Requests that wait for the same thing, in the order in which they came. A request that is put
 * here has {@linkplain Request#handOver changed hands}, and is in one list at most. Not safe for
 * several threads: guarded by its owner.
 */
public final class RequestList {
  private final IntrusiveQueue<Request> requests = new IntrusiveQueue<>();

  /** Puts a request behind those that came before. */
  public void add(Request request) {
    request.handOver();
    requests.add(request);
  }

  /** Puts a request before all others. */
  public void addFirst(Request request) {
    request.handOver();
    requests.addFirst(request);
  }

  /** Takes the first one out; null when there is none. */
  public Request poll() {
    return requests.poll();
  }

  /** Moves all requests of another list to the end of this one. */
  public void addAll(RequestList other) {
    requests.addAll(other.requests);
  }

  /** Whether none waits. */
  public boolean isEmpty() {
    return requests.isEmpty();
  }

  /** Takes all out and has each served, in order; not to be called within a lock. */
  public void submitAllTo(Request.Handler handler) {
    for (Request request = poll(); request != null; request = poll()) {
      request.submitTo(handler);
    }
  }

  /** Completes all; not to be called within a lock. */
  public void complete(Outcome outcome) {
    for (Request request = poll(); request != null; request = poll()) {
      request.complete(outcome);
    }
  }
}
