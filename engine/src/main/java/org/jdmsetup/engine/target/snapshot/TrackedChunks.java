package org.jdmsetup.engine.target.snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Stage;

/**
 * Chunks that requests under way are using, so that who wants to change what lies below one can
 * wait for them: reads of a snapshot from the origin, and writes of a merging snapshot to its COW
 * device. Allocates nothing once it has grown.
 *
 * <p>A request is counted before it looks at the exception table, and a change is made before it
 * looks here: so either the request sees the change, or the change waits for the request.
 */
final class TrackedChunks implements Stage {
  private static final int STRIPES = 64;

  /** The chunks in use of one share of all chunks; guarded by itself. */
  private static final class Stripe {
    private long[] chunks = new long[4];
    private int[] requests = new int[4];
    private int size;
    private final List<Waiter> waiters = new ArrayList<>();

    private int indexOf(long chunk) {
      for (int i = 0; i < size; i++) {
        if (chunks[i] == chunk) {
          return i;
        }
      }
      return -1;
    }
  }

  private record Waiter(long chunk, Runnable task) {}

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
        i = stripe.size++;
        if (i == stripe.chunks.length) {
          stripe.chunks = Arrays.copyOf(stripe.chunks, 2 * i);
          stripe.requests = Arrays.copyOf(stripe.requests, 2 * i);
        }
        stripe.chunks[i] = chunk;
        stripe.requests[i] = 0;
      }
      stripe.requests[i]++;
    }
  }

  /** A request uses a chunk no longer. */
  void untrack(long chunk) {
    List<Runnable> free = null;
    Stripe stripe = stripe(chunk);
    synchronized (stripe) {
      int i = stripe.indexOf(chunk);
      if (--stripe.requests[i] > 0) {
        return;
      }
      int last = --stripe.size;
      stripe.chunks[i] = stripe.chunks[last];
      stripe.requests[i] = stripe.requests[last];
      for (int w = stripe.waiters.size() - 1; w >= 0; w--) {
        if (stripe.waiters.get(w).chunk == chunk) {
          free = free == null ? new ArrayList<>() : free;
          free.add(stripe.waiters.remove(w).task);
        }
      }
    }
    if (free != null) {
      free.forEach(Runnable::run);
    }
  }

  /** As a stage: the request that uses the chunk {@code cookie} is done. */
  @Override
  public boolean done(Request request, long cookie) {
    untrack(cookie);
    return true;
  }

  /**
   * Runs a task when no request uses a chunk: at once, or on the thread that completes the last of
   * them; it must not block.
   */
  void whenFree(long chunk, Runnable task) {
    Stripe stripe = stripe(chunk);
    synchronized (stripe) {
      if (stripe.indexOf(chunk) >= 0) {
        stripe.waiters.add(new Waiter(chunk, task));
        return;
      }
    }
    task.run();
  }
}
