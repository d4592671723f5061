package org.jdmsetup.engine.block;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Daemon threads, as many as there are tasks, so that no task waits for another. A task is never
 * refused: where the system gives no more threads, it waits until one is free, because somebody
 * waits for what it does.
 */
public final class PatientThreads implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(PatientThreads.class);
  private static final long IDLE_SECONDS = 10;
  private static final long RETRY_MILLIS = 100;

  private static final ScheduledThreadPoolExecutor RETRY =
      new ScheduledThreadPoolExecutor(1, task -> daemon(task, "thread-retry"));

  static {
    RETRY.prestartCoreThread(); // it must be there when there are no more
  }

  private final ThreadPoolExecutor threads;

  /**
   * @param name of the threads, for people
   */
  public PatientThreads(String name) {
    threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, name));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (OutOfMemoryError e) {
      LOG.error("a task waits for a thread: {}", e.getMessage());
      RETRY.schedule(() -> execute(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
