package org.jdmsetup.engine.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tasks off the path of requests: in order, one at a time, whatever one of them does. */
final class WorkQueueTest {
  private final WorkQueue queue = new WorkQueue();
  private final List<Integer> ran = Collections.synchronizedList(new ArrayList<>());

  @Test
  void tasksRunInTheirOrder() {
    IntStream.range(0, 1000).forEach(i -> queue.execute(() -> ran.add(i)));
    queue.awaitQueued();
    assertEquals(IntStream.range(0, 1000).boxed().toList(), List.copyOf(ran));
  }

  @Test
  void aQueueThatWaitsHoldsNoOtherUp() throws InterruptedException {
    CountDownLatch freed = new CountDownLatch(1);
    List<WorkQueue> stuck = IntStream.range(0, 50).mapToObj(i -> new WorkQueue()).toList();
    for (WorkQueue other : stuck) {
      other.execute(
          () -> {
            try {
              freed.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            ran.add(0);
          });
    }
    queue.execute(freed::countDown);
    queue.awaitQueued();
    stuck.forEach(WorkQueue::awaitQueued);
    assertEquals(50, ran.size());
  }

  @Test
  void aTaskThatThrowsIsNotTheLast() {
    queue.execute(
        () -> {
          throw new IllegalStateException("thrown by a test");
        });
    queue.execute(() -> ran.add(1));
    queue.awaitQueued();
    assertEquals(List.of(1), List.copyOf(ran));
  }

  @Test
  void aDelayedTaskComesUnlessItIsCancelled() throws InterruptedException {
    CountDownLatch came = new CountDownLatch(1);
    Future<?> never = queue.schedule(TimeUnit.HOURS.toMillis(1), queue.job(() -> ran.add(0)));
    queue.schedule(1, queue.job(came::countDown));
    assertTrue(came.await(60, TimeUnit.SECONDS));
    assertTrue(never.cancel(false));
    queue.awaitQueued();
    assertEquals(List.of(), List.copyOf(ran));
  }
}
