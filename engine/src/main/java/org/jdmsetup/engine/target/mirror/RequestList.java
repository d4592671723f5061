package org.jdmsetup.engine.target.mirror;

import org.jdmsetup.engine.block.Request;

/** Requests in the order in which they came. Not safe for several threads. */
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
    Request request = first;
    if (request != null) {
      first = request.next;
      request.next = null;
    }
    return request;
  }

  /** Moves all requests of another list to the end of this one. */
  void addAll(RequestList other) {
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

  boolean isEmpty() {
    return first == null;
  }
}
