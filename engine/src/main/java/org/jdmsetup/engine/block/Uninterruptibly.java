package org.jdmsetup.engine.block;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Waits that an interrupt does not end, because what is waited for cannot be left alone: it uses
 * the caller's memory, or holds on to a device. The interrupt is there again afterwards.
 */
public final class Uninterruptibly {

  private Uninterruptibly() {}

  /**
   * Waits until a condition holds.
   *
   * @param monitor held by the caller, and notified whenever the condition may have come true
   */
  public static void await(Object monitor, BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        monitor.wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    interruptAgain(interrupted);
  }

  /**
   * Waits until a condition holds, or for a time.
   *
   * @param monitor as for {@link #await(Object, BooleanSupplier)}
   * @param deadline the end of that time, by {@link System#nanoTime}
   */
  public static void await(Object monitor, BooleanSupplier condition, long deadline) {
    boolean interrupted = false;
    long left = deadline - System.nanoTime();
    while (!condition.getAsBoolean() && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(monitor, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = deadline - System.nanoTime();
    }
    interruptAgain(interrupted);
  }

  /** Waits until a latch is at 0. */
  public static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    interruptAgain(interrupted);
  }

  /**
   * Waits until a thread has ended, or for a time.
   *
   * @param deadline the end of that time, by {@link System#nanoTime}
   */
  public static void join(Thread thread, long deadline) {
    boolean interrupted = false;
    long left = deadline - System.nanoTime();
    while (thread.isAlive() && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = deadline - System.nanoTime();
    }
    interruptAgain(interrupted);
  }

  /**
   * Waits until a task is done, or for a time.
   *
   * @param deadline the end of that time, by {@link System#nanoTime}
   * @throws TimeoutException when the time is over
   * @throws ExecutionException when the task has failed; with the reason as its cause
   */
  public static void await(Future<?> task, long deadline)
      throws TimeoutException, ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      interruptAgain(interrupted);
    }
  }

  /** Waits for a time. */
  public static void sleep(int millis) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = deadline - System.nanoTime();
    while (left > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = deadline - System.nanoTime();
    }
    interruptAgain(interrupted);
  }

  private static void interruptAgain(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
