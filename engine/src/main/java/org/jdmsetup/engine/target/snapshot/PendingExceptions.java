package org.jdmsetup.engine.target.snapshot;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The pending exceptions of a snapshot: by chunk, and in the order in which their chunks were
 * handed out, which is the order in which the store gets them. Guarded by the snapshot's monitor.
 */
final class PendingExceptions {
  private static final int BUCKETS = 256;

  private final PendingException[] buckets = new PendingException[BUCKETS];
  private final Deque<PendingException> order = new ArrayDeque<>();
  private int size;

  private static int bucket(long chunk) {
    return (int) chunk & BUCKETS - 1;
  }

  /** The one for a chunk, or null. */
  PendingException find(long chunk) {
    PendingException exception = buckets[bucket(chunk)];
    while (exception != null && exception.chunk != chunk) {
      exception = exception.inBucket;
    }
    return exception;
  }

  void add(PendingException exception) {
    int bucket = bucket(exception.chunk);
    exception.inBucket = buckets[bucket];
    buckets[bucket] = exception;
    order.add(exception);
    size++;
  }

  void remove(PendingException exception) {
    int bucket = bucket(exception.chunk);
    if (buckets[bucket] == exception) {
      buckets[bucket] = exception.inBucket;
    } else {
      PendingException before = buckets[bucket];
      while (before.inBucket != exception) {
        before = before.inBucket;
      }
      before.inBucket = exception.inBucket;
    }
    size--;
  }

  /** The next for the store: the oldest, if it is filled; else null. */
  PendingException pollFilled() {
    PendingException oldest = order.peek();
    return oldest != null && oldest.filled ? order.poll() : null;
  }

  int size() {
    return size;
  }
}
