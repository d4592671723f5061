package org.jdmsetup.engine.targets.snapshot;

/**
 * The pending exceptions of a snapshot: by chunk, and in the order in which their chunks were
 * handed out, which is the order in which the store gets them. Guarded by the snapshot's monitor.
 */
final class PendingExceptions {
  private static final int BUCKETS = 256;

  private final PendingException[] buckets = new PendingException[BUCKETS];
  private PendingException oldest;
  private PendingException newest;
  private int size;

  private static int bucket(long chunk) {
    return (int) chunk & BUCKETS - 1;
  }

  /** The one for a chunk, or null. */
  PendingException find(long chunk) {
    PendingException exception = buckets[bucket(chunk)];
    while (exception != null && exception.chunk != chunk) {
      exception = exception.nextInBucket;
    }
    return exception;
  }

  void add(PendingException exception) {
    int bucket = bucket(exception.chunk);
    exception.nextInBucket = buckets[bucket];
    buckets[bucket] = exception;
    if (oldest == null) {
      oldest = exception;
    } else {
      newest.nextInOrder = exception;
    }
    newest = exception;
    size++;
  }

  void remove(PendingException exception) {
    int bucket = bucket(exception.chunk);
    if (buckets[bucket] == exception) {
      buckets[bucket] = exception.nextInBucket;
    } else {
      PendingException before = buckets[bucket];
      while (before.nextInBucket != exception) {
        before = before.nextInBucket;
      }
      before.nextInBucket = exception.nextInBucket;
    }
    size--;
  }

  /** The next for the store: the oldest, if it is filled; else null. */
  PendingException pollFilled() {
    PendingException next = oldest;
    if (next == null || !next.filled) {
      return null;
    }
    oldest = next.nextInOrder;
    next.committing = true;
    return next;
  }

  /** Ends without success those that {@link #pollFilled} gave and that are here still. */
  void failCommitting() {
    for (PendingException bucket : buckets) {
      for (PendingException each = bucket; each != null; each = each.nextInBucket) {
        if (each.committing) {
          each.kept = false;
          each.finish.enqueue();
        }
      }
    }
  }

  int size() {
    return size;
  }
}
