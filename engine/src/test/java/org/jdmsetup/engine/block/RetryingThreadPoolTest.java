package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tasks run when there are threads again. */
final class RetryingThreadPoolTest {

  @Test
  void tasksWaitForThreads() throws InterruptedException {
    AtomicInteger refused = new AtomicInteger();
    RetryingThreadPool threads =
        new RetryingThreadPool(
            task -> {
              if (refused.getAndIncrement() < 3) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            });
    Queue<Integer> ran = new ConcurrentLinkedQueue<>();
    CountDownLatch all = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      int number = i;
      threads.execute(
          new RetryingThreadPool.Task() {
            @Override
            public void run() {
              ran.add(number);
              all.countDown();
            }
          });
    }
    all.await();
    assertEquals(List.of(0, 1), ran.stream().sorted().toList());
  }
}
