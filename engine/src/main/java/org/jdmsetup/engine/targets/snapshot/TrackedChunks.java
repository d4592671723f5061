package org.jdmsetup.engine.targets.snapshot;

import java.util.Arrays;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Stage;

/**
 * Chunks that requests under way are using: reads of a snapshot from the origin, and writes of a
 * merging snapshot to its COW device. What lies below a chunk is changed only while no request uses
 * it. Allocates nothing once it has grown.
 *
 * <p>A request is counted here before it asks where its chunk is, and whether that is being merged.
 * A change of either is made before {@link #whenUnused} is called. So either the request sees the
 * change, or the change waits for the request.
 */
final class TrackedChunks implements Stage {
  private static final int STRIPES = 64;

  /** Who waits until no request uses a chunk; for one chunk at a time. */
  abstract static class Waiter {
    private long awaited;
    private Waiter next;

    /**
     * No request uses the chunk; on the thread that completed the last one. Must neither block nor
     * throw.
     */
    abstract void unused();
  }

  /** The chunks in use of one share of all chunks; guarded by itself. */
  private static final class Stripe {
    private long[] chunks = new long[4];
    private int[] requests = new int[4];
    private int size;
    private Waiter waiters;

    private int indexOf(long chunk) {
      for (int i = 0; i < size; i++) {
        if (chunks[i] == chunk) {
          return i;
        }
      }
      return -1;
    }
  }

  private final Stripe[] stripes = new Stripe[STRIPES];

  TrackedChunks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  private Stripe stripe(long chunk) {
    return stripes[(int) chunk & STRIPES - 1];
  }

  /** A request uses a chunk from now on. */
  void track(long chunk) {
    Stripe stripe = stripe(chunk);
    synchronized (stripe) {
      int i = stripe.indexOf(chunk);
      if (i < 0) {
        i = stripe.size;
        if (i == stripe.requests.length) {
          stripe.chunks = Arrays.copyOf(stripe.chunks, 2 * i);
          stripe.requests = Arrays.copyOf(stripe.requests, 2 * i);
        }
        stripe.size++;
        stripe.chunks[i] = chunk;
        stripe.requests[i] = 0;
      }
      stripe.requests[i]++;
    }
  }

  /** A request uses a chunk no longer. */
  void untrack(long chunk) {
    Waiter told = null;
    Stripe stripe = stripe(chunk);
    synchronized (stripe) {
      int i = stripe.indexOf(chunk);
      if (--stripe.requests[i] > 0) {
        return;
      }
      int last = --stripe.size;
      stripe.chunks[i] = stripe.chunks[last];
      stripe.requests[i] = stripe.requests[last];
      Waiter remaining = null;
      for (Waiter waiter = stripe.waiters; waiter != null; ) {
        Waiter following = waiter.next;
        if (waiter.awaited == chunk) {
          waiter.next = told;
          told = waiter;
        } else {
          waiter.next = remaining;
          remaining = waiter;
        }
        waiter = following;
      }
      stripe.waiters = remaining;
    }
    while (told != null) {
      Waiter following = told.next;
      told.next = null;
      told.unused();
      told = following;
    }
  }

  /** As a stage: the request that uses the chunk {@code cookie} is done. */
  @Override
  public boolean done(Request request, long cookie) {
    untrack(cookie);
    return true;
  }

  /**
   * Tells a waiter when no request uses a chunk: at once, or on the thread that completes the last
   * of them.
   */
  void whenUnused(long chunk, Waiter waiter) {
    Stripe stripe = stripe(chunk);
    synchronized (stripe) {
      if (stripe.indexOf(chunk) >= 0) {
        waiter.awaited = chunk;
        waiter.next = stripe.waiters;
        stripe.waiters = waiter;
        return;
      }
    }
    waiter.unused();
  }
}
