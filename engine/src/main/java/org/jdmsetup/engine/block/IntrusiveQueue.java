package org.jdmsetup.engine.block;

/**
 * A queue, first in, first out, whose elements carry the link to the next one themselves: so that
 * to queue takes no memory and cannot fail. An element is in one queue at most. Not safe for
 * several threads: guarded by its owner.
 */
public final class IntrusiveQueue<T extends IntrusiveQueue.Link<T>> {

  /** What can be queued. */
  public abstract static class Link<T extends Link<T>> {
    private T next;
  }

  private T first;
  private T last;

  /** Puts an element behind all others. */
  public void add(T element) {
    Link<T> link = element;
    link.next = null;
    if (first == null) {
      first = element;
    } else {
      Link<T> before = last;
      before.next = element;
    }
    last = element;
  }

  /** Puts an element before all others. */
  public void addFirst(T element) {
    Link<T> link = element;
    link.next = first;
    if (first == null) {
      last = element;
    }
    first = element;
  }

  /** Moves all elements of another queue to the end of this one. */
  public void addAll(IntrusiveQueue<T> other) {
    if (other.first == null) {
      return;
    }
    if (first == null) {
      first = other.first;
    } else {
      Link<T> before = last;
      before.next = other.first;
    }
    last = other.last;
    other.first = null;
  }

  /** The first element, which stays; null when there is none. */
  public T peek() {
    return first;
  }

  /** Takes the first element out; null when there is none. */
  public T poll() {
    T taken = first;
    if (taken != null) {
      Link<T> link = taken;
      first = link.next;
      link.next = null;
    }
    return taken;
  }

  /** Whether nothing is queued. */
  public boolean isEmpty() {
    return first == null;
  }
}
