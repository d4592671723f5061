package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Waits that an interrupt does not end, and that leave the thread interrupted. */
class UninterruptiblyTest {
  private final AtomicBoolean still = new AtomicBoolean();
  private final CountDownLatch latch = new CountDownLatch(1);
  private boolean condition;

  /** A thread that is interrupted while it waits; what it waits for comes later. */
  private void interrupted(Runnable wait, Runnable later) throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              wait.run();
              still.set(Thread.currentThread().isInterrupted());
            });
    thread.start();
    thread.interrupt();
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      assertTrue(thread.isAlive(), "the interrupt ended the wait");
      Thread.onSpinWait();
    }
    later.run();
    thread.join();
    assertTrue(still.get());
  }

  @Test
  void aConditionIsWaitedFor() throws InterruptedException {
    interrupted(
        () -> {
          synchronized (this) {
            Uninterruptibly.await(this, () -> condition);
          }
        },
        () -> {
          synchronized (this) {
            condition = true;
            notifyAll();
          }
        });
  }

  @Test
  void aConditionIsWaitedForUntilATimeIsOver() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    interrupted(
        () -> {
          synchronized (this) {
            Uninterruptibly.await(this, () -> condition, end);
          }
        },
        () -> {
          synchronized (this) {
            condition = true;
            notifyAll();
          }
        });
    synchronized (this) {
      Uninterruptibly.await(this, () -> false, System.nanoTime()); // its time is over
    }
  }

  @Test
  void aTaskIsWaitedFor() throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    CompletableFuture<String> task = new CompletableFuture<>();
    interrupted(
        () -> assertDoesNotThrow(() -> Uninterruptibly.await(task, end)),
        () -> task.complete("done"));
    Future<?> failed = CompletableFuture.failedFuture(new IOException("no disk"));
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> Uninterruptibly.await(failed, end));
    assertEquals("no disk", failure.getCause().getMessage());
    Future<?> never = new CompletableFuture<>();
    assertThrows(TimeoutException.class, () -> Uninterruptibly.await(never, System.nanoTime()));
  }

  @Test
  void aTimeIsWaitedFor() {
    long start = System.nanoTime();
    Thread.currentThread().interrupt();
    Uninterruptibly.sleep(20);
    assertTrue(Thread.interrupted());
    assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
  }

  @Test
  void aLatchIsWaitedFor() throws InterruptedException {
    interrupted(() -> Uninterruptibly.await(latch), latch::countDown);
    assertEquals(0, latch.getCount());
  }

  @Test
  void aThreadIsWaitedFor() throws InterruptedException {
    Thread other =
        new Thread(
            () -> {
              try {
                latch.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    other.start();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    interrupted(() -> Uninterruptibly.join(other, end), latch::countDown);
    assertFalse(other.isAlive());
    Uninterruptibly.join(Thread.currentThread(), System.nanoTime()); // its time is over
  }
}
