package org.jdmsetup.engine.targets;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.RetryingThreadPool;
import org.jdmsetup.engine.block.Uninterruptibly;

/**
 * Tasks that run one after another, in order, off the path of requests; they may wait for devices.
 * What the kernel calls an ordered workqueue. All queues share one set of threads, which grows as
 * tasks wait, so that no queue ever waits for another.
 *
 * <p>Safe to use from any thread. A task that throws is logged, and the next one runs. The task
 * itself must see to the requests that it had in hand.
 */
public final class WorkQueue implements Executor {
  private static final RetryingThreadPool THREADS = new RetryingThreadPool("work");
  private static final ScheduledThreadPoolExecutor TIMER =
      new ScheduledThreadPoolExecutor(1, DaemonThreads.named("work-timer"));

  static {
    TIMER.setRemoveOnCancelPolicy(true);
    TIMER.prestartCoreThread(); // it must be there when there are no more
  }

  private final RetryingThreadPool.Task runner =
      new RetryingThreadPool.Task() {
        @Override
        public void run() {
          runAll();
        }
      };

  // Guarded by the monitor.
  private final IntrusiveQueue<Job> queue = new IntrusiveQueue<>();
  private boolean running;

  /**
   * A task that is allocated in advance, so that queueing it later needs no memory and cannot fail.
   */
  public final class Job extends IntrusiveQueue.Link<Job> {
    private final Runnable task;
    private boolean queued;

    private Job(Runnable task) {
      this.task = task;
    }

    /**
     * Has the task run once, after all that were queued before; if it is queued already, nothing.
     */
    public void enqueue() {
      synchronized (WorkQueue.this) {
        if (queued) {
          return;
        }
        queued = true;
        queue.add(this);
        if (running) {
          return;
        }
        running = true;
      }
      THREADS.execute(runner);
    }
  }

  /** Makes a task that can be queued again and again. */
  public Job job(Runnable task) {
    return new Job(task);
  }

  /** Runs a task after all that were queued before; when this throws, it does not run. */
  @Override
  public void execute(Runnable task) {
    job(task).enqueue();
  }

  /**
   * Queues a task after a delay; when this throws, it is never queued.
   *
   * @param millis not negative
   * @return to cancel it with, as long as it is not queued
   */
  public Future<?> schedule(long millis, Job job) {
    return TIMER.schedule(job::enqueue, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Waits until all tasks that are queued now have run; not to be called by a task. Delayed tasks
   * whose time has not come do not count.
   */
  public void awaitQueued() {
    CountDownLatch reached = new CountDownLatch(1);
    execute(reached::countDown);
    Uninterruptibly.await(reached);
  }

  private void runAll() {
    for (Job job = take(); job != null; job = take()) {
      try {
        job.task.run();
      } catch (Throwable thrown) {
        Faults.log("a task", thrown);
      }
    }
  }

  private synchronized Job take() {
    Job job = queue.poll();
    if (job == null) {
      running = false;
    } else {
      job.queued = false;
    }
    return job;
  }
}
