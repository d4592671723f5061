package org.jdmsetup.engine.block;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log what was thrown where requests are served: a bug of ours, or no memory. Whoever
 * catches it has to carry on, so nothing is thrown from here, even when there is no memory to log
 * it. At most one a second is logged, with the number of those that were not.
 */
public final class Faults {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
  private static final long MIN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final AtomicLong NEXT = new AtomicLong(System.nanoTime());
  private static final AtomicInteger SUPPRESSED = new AtomicInteger();

  private Faults() {}

  /**
   * @param where what failed, for people
   */
  public static void log(String where, Throwable thrown) {
    long now = System.nanoTime();
    long next = NEXT.get();
    if (now - next < 0 || !NEXT.compareAndSet(next, now + MIN_INTERVAL_NANOS)) {
      SUPPRESSED.incrementAndGet();
      return;
    }
    int suppressed = SUPPRESSED.getAndSet(0);
    try {
      String more = suppressed == 0 ? "" : " (after " + suppressed + " faults that are not shown)";
      LOG.error("{} failed by a fault of the engine, please report it{}", where, more, thrown);
    } catch (RuntimeException | Error e) {
      SUPPRESSED.addAndGet(suppressed + 1);
    }
  }
}
