package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
