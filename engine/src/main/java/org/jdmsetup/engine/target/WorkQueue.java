package org.jdmsetup.engine.target;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.PatientThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that run one after another, in order, off the path of requests; they may wait for devices.
 * What the kernel calls an ordered workqueue. All queues share one set of threads, which grows as
 * tasks wait, so that no queue ever waits for another.
 *
 * <p>Safe to use from any thread. A task that throws is logged and the next one runs.
 */
public final class WorkQueue implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);
  private static final Executor THREADS = new PatientThreads("work");
  private static final ScheduledThreadPoolExecutor TIMER =
      new ScheduledThreadPoolExecutor(1, WorkQueue::timerThread);

  static {
    TIMER.setRemoveOnCancelPolicy(true);
  }

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  private static Thread timerThread(Runnable task) {
    Thread thread = new Thread(task, "work-timer");
    thread.setDaemon(true);
    return thread;
  }

  /** Runs a task after all that were queued before. */
  @Override
  public void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    THREADS.execute(this::runAll);
  }

  /**
   * Queues a task after a delay.
   *
   * @param millis not negative
   * @return to cancel it with, as long as it is not queued
   */
  public Future<?> later(long millis, Runnable task) {
    return TIMER.schedule(() -> execute(task), millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Waits until all tasks that are queued now have run; not to be called by a task. Delayed tasks
   * whose time has not come do not count.
   */
  public void flush() {
    CountDownLatch reached = new CountDownLatch(1);
    execute(reached::countDown);
    boolean interrupted = false;
    while (true) {
      try {
        reached.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void runAll() {
    while (true) {
      Runnable task;
      synchronized (tasks) {
        task = tasks.poll();
        if (task == null) {
          running = false;
          return;
        }
      }
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.error("a task failed, please report this", e);
      }
    }
  }
}
