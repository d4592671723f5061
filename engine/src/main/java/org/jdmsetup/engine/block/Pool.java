package org.jdmsetup.engine.block;

import java.util.function.Supplier;

/**
 * Objects that are reused, so that to serve a request takes no memory once enough of them exist.
 * Safe to use from any thread.
 */
public final class Pool<T> {
  private final Object[] free;
  private final Supplier<T> maker;
  private int count;

  /**
   * @param size how many are kept at most; what a burst made beyond that is left to the garbage
   *     collector
   */
  public Pool(int size, Supplier<T> maker) {
    free = new Object[size];
    this.maker = maker;
  }

  /** An object that nobody uses, a new one if need be; as the last user left it. */
  public T take() {
    T found = poll();
    return found != null ? found : maker.get();
  }

  @SuppressWarnings("unchecked") // only recycle puts something in
  private synchronized T poll() {
    if (count == 0) {
      return null;
    }
    T last = (T) free[--count];
    free[count] = null;
    return last;
  }

  /** Gives an object back, which the caller uses no more. */
  public synchronized void recycle(T unused) {
    if (count < free.length) {
      free[count++] = unused;
    }
  }
}
