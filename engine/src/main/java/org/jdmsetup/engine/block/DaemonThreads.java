package org.jdmsetup.engine.block;

import java.util.concurrent.ThreadFactory;

/** Makes threads that do not keep the process from ending. */
public final class DaemonThreads {

  private DaemonThreads() {}

  /**
   * A thread that is still to be started.
   *
   * @param name for people
   */
  public static Thread of(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * For an executor.
   *
   * @param name of all its threads, for people
   */
  public static ThreadFactory named(String name) {
    return task -> of(task, name);
  }
}
