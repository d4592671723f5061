package org.jdmsetup.it.world;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits for what comes about by itself. */
public final class Await {
  private static final long PAUSE_MILLIS = 20;

  private Await() {}

  /**
   * Waits until there is nothing left to say; fails with what is still said when the time is over.
   */
  public static void nothing(Duration limit, Supplier<String> complaint)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    String text = complaint.get();
    while (!text.isEmpty()) {
      if (System.nanoTime() > end) {
        fail("after " + limit.toSeconds() + " s: " + text);
      }
      Thread.sleep(PAUSE_MILLIS);
      text = complaint.get();
    }
  }
}
