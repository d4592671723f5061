package org.jdmsetup.engine.expose;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that serve one FUSE mount. A few are enough as a rule, as no request waits for
 * another. But what lies below a table may lie on one of our own devices in turn, where we cannot
 * see it (a file on a file system on a device, a loop device or a partition): then every worker can
 * be in a system call that ends only when one more request is served. So when all have been busy
 * with the same requests for a while, as many more are started, which go when nothing is to be
 * done. Requests in the kernel's queue know no other order than its own, so there is no number of
 * workers that would be enough for all.
 */
final class FuseWorkers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FuseWorkers.class);

  /** How long workers stay busy with the same requests before they count as stuck. */
  private static final long STUCK_NANOS = 100_000_000;

  /** How often somebody looks whether there is work at all. */
  private static final long IDLE_NANOS = 1_000_000_000;

  private static final long JOIN_NANOS = 5_000_000_000L;

  /** Makes descriptors of the mount. */
  interface Descriptors {
    /**
     * @param blocking whether to wait in read(2)
     */
    int another(boolean blocking) throws IOException;
  }

  private final FuseSession session;
  private final Descriptors source;
  private final int most;
  private final int idleMillis;
  private final Thread watcher = daemon(this::watch, "fuse-watch");
  private volatile boolean closed;

  // Guarded by the monitor.
  private final List<FuseWorker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Descriptors of workers that went, for those that come: to close one would fail the requests
   * that were read through it and that a device still has.
   */
  private final ArrayDeque<Integer> spare = new ArrayDeque<>();

  private int started;

  /**
   * @param idleMillis after how long without work an additional worker goes
   */
  FuseWorkers(FuseSession session, Descriptors source, int idleMillis) {
    this.session = session;
    this.source = source;
    this.idleMillis = idleMillis;
    // the kernel passes no more asynchronous requests, and few that are not
    most = 2 * session.maxBackground;
  }

  /** Starts the workers that stay, one for each descriptor, and watches them. */
  synchronized void start(List<Integer> descriptors) {
    for (int fd : descriptors) {
      FuseWorker worker = new FuseWorker(session, fd);
      start(worker, worker);
    }
    watcher.start();
  }

  private void start(FuseWorker worker, Runnable task) {
    Thread thread = daemon(task, "fuse-" + started++);
    workers.add(worker);
    threads.add(thread);
    boolean running = false;
    try {
      thread.start();
      running = true;
    } finally {
      if (!running) {
        workers.remove(worker);
        threads.remove(thread);
      }
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** How many there are. */
  synchronized int size() {
    return workers.size();
  }

  private void watch() {
    long before = -1;
    while (!closed) {
      long turns = 0;
      boolean anyBusy = false;
      boolean allBusy = true;
      synchronized (this) {
        for (FuseWorker worker : workers) {
          boolean busy = worker.busy();
          turns += worker.turns();
          anyBusy |= busy;
          allBusy &= busy;
        }
      }
      if (allBusy && turns == before) {
        startMore();
      }
      before = allBusy ? turns : -1;
      LockSupport.parkNanos(anyBusy ? STUCK_NANOS : IDLE_NANOS);
    }
  }

  private synchronized void startMore() {
    int more = Math.min(workers.size(), most - workers.size());
    LOG.debug("all {} workers are stuck: {} more", workers.size(), more);
    try {
      while (more-- > 0 && !closed) {
        startOneMore();
      }
    } catch (IOException | OutOfMemoryError e) {
      LOG.error("all {} FUSE workers wait, and there can be no more", workers.size(), e);
    }
  }

  private void startOneMore() throws IOException {
    Integer kept = spare.poll();
    int fd = kept != null ? kept : source.another(false);
    boolean running = false;
    FuseWorker worker = null;
    try {
      worker = new FuseWorker(session, fd);
      FuseWorker additional = worker;
      start(worker, () -> serve(additional));
      running = true;
    } finally {
      if (!running) {
        spare.add(fd);
        if (worker != null) {
          worker.end();
        }
      }
    }
  }

  /** As long as there is something to do now and then. */
  private void serve(FuseWorker worker) {
    worker.serveUntilIdle(idleMillis);
    synchronized (this) {
      workers.remove(worker);
      threads.remove(Thread.currentThread());
      spare.add(worker.descriptor());
    }
  }

  /** Waits for the workers, whose mount has ended. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watcher);
    List<Thread> left;
    synchronized (this) {
      left = List.copyOf(threads);
    }
    long deadline = System.nanoTime() + JOIN_NANOS;
    boolean interrupted = false;
    for (Thread thread : left) {
      try {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(1, millis));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
