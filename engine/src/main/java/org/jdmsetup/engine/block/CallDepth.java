package org.jdmsetup.engine.block;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * How deep a thread is in calls from device to device. A request runs down a stack of devices, and
 * its completion up again, on one thread's stack; beyond a depth that any such stack holds, it goes
 * on with another thread and an empty stack.
 */
public final class CallDepth {
  private static final int MAX_DEPTH = 128;
  private static final int THREADS = 4;

  private static final ThreadLocal<CallDepth> OF_THREAD = ThreadLocal.withInitial(CallDepth::new);

  private static final ThreadPoolExecutor EXECUTOR = startExecutor();

  private int depth;

  private CallDepth() {}

  private static ThreadPoolExecutor startExecutor() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named("deep-stack"));
    try {
      // started now, because later there may be no memory for a thread
      threads.prestartAllCoreThreads();
    } catch (OutOfMemoryError e) {
      Faults.log("starting threads for deep stacks", e);
    }
    return threads;
  }

  /** Of the calling thread. */
  public static CallDepth ofCurrentThread() {
    return OF_THREAD.get();
  }

  /**
   * Goes a call deeper; {@link #leave} follows if so.
   *
   * @return false when that is too deep, and {@link #runOnEmptyStack} must be used instead
   */
  public boolean enter() {
    if (depth == MAX_DEPTH) {
      return false;
    }
    depth++;
    return true;
  }

  public void leave() {
    depth--;
  }

  /**
   * Runs a task on another thread, from depth 0. It must wait for nothing.
   *
   * @throws OutOfMemoryError when there is no memory for that; the task does not run then
   */
  public static void runOnEmptyStack(Runnable task) {
    EXECUTOR.execute(task);
  }
}
