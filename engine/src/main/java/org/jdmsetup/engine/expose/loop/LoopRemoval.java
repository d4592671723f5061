package org.jdmsetup.engine.expose.loop;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jdmsetup.engine.block.DaemonThreads;

/**
 * Removes unbound loop devices. The kernel takes some 50 ms for each but does several at a time, so
 * they are removed a few behind. Used by the control thread.
 */
final class LoopRemoval {

  private static final int AT_A_TIME = 8;
  private static final int MAX_PENDING = 16;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(AT_A_TIME, DaemonThreads.named("loop-removal"));
  private final ArrayDeque<Integer> order = new ArrayDeque<>();
  private final Map<Integer, CompletableFuture<Void>> pending = new HashMap<>();

  void remove(int number) {
    await(number);
    pending.put(
        number, CompletableFuture.runAsync(() -> LoopDriver.removeWithRetry(number), threads));
    order.add(number);
    while (order.size() > MAX_PENDING) {
      await(order.peek());
    }
  }

  /** Waits until a device is gone that was to be removed. */
  void await(int number) {
    CompletableFuture<Void> removal = pending.remove(number);
    if (removal != null) {
      order.remove(number);
      removal.join();
    }
  }

  /** Waits until all are gone. */
  void finish() {
    while (!order.isEmpty()) {
      await(order.peek());
    }
    threads.shutdown();
  }
}
