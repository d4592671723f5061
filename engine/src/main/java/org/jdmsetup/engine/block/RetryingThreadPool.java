package org.jdmsetup.engine.block;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pool with as many daemon threads as there are tasks, so that no task waits for another. A task
 * is never rejected: if the system has no thread or memory to give, the task waits in a list,
 * without allocating, and is tried again.
 */
public final class RetryingThreadPool {
  private static final long IDLE_SECONDS = 10;
  private static final long RETRY_MILLIS = 100;

  /**
   * A task for these threads. It may be passed to execute again only after its run method has
   * begun.
   */
  public abstract static class Task extends IntrusiveQueue.Link<Task> implements Runnable {
    private RetryingThreadPool threads;
  }

  /** The tasks that wait for a thread; its monitor guards them. */
  private static final class WaitingTasks {
    private final IntrusiveQueue<Task> tasks = new IntrusiveQueue<>();

    synchronized void add(RetryingThreadPool threads, Task task) {
      task.threads = threads;
      tasks.add(task);
      notifyAll();
    }

    synchronized void awaitTasks() throws InterruptedException {
      while (tasks.isEmpty()) {
        wait();
      }
    }

    synchronized void moveTo(IntrusiveQueue<Task> all) {
      all.addAll(tasks);
    }
  }

  private static final WaitingTasks WAITING = new WaitingTasks();

  static {
    // there must be one when no more are
    DaemonThreads.of(RetryingThreadPool::retry, "thread-retry").start();
  }

  private final ThreadPoolExecutor threads;

  /**
   * @param name of the threads, for people
   */
  public RetryingThreadPool(String name) {
    this(DaemonThreads.named(name));
  }

  RetryingThreadPool(ThreadFactory made) {
    threads =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), made);
  }

  private static void retry() {
    IntrusiveQueue<Task> due = new IntrusiveQueue<>();
    while (true) {
      try {
        WAITING.awaitTasks();
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        // nobody means it
      }
      WAITING.moveTo(due);
      for (Task task = due.poll(); task != null; task = due.poll()) {
        task.threads.execute(task);
      }
    }
  }

  /** Runs a task, soon or when there is a thread for it; never fails. */
  public void execute(Task task) {
    try {
      threads.execute(task);
    } catch (Throwable thrown) {
      WAITING.add(this, task); // it was not accepted
      Faults.log("starting a thread, which is tried again,", thrown);
    }
  }
}
