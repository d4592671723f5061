package org.jdmsetup.engine.aio;

import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Errno;

/**
 * Threads that carry out operations on files by waiting for them, for all event loops: where there
 * is no io_uring.
 *
 * <p>A file may lie in a file system on another device of the engine. An operation on it ends only
 * after operations below that device, so that all threads could wait for ones that are still
 * queued. {@link #USUAL} threads are therefore no bound: while no operation ends for {@link
 * #STALL_MILLIS}, {@link #growIfStalled} starts more, up to {@link #MOST}.
 */
final class FileThreads implements AutoCloseable {
  static final int USUAL = 64;
  static final int MOST = 4096;
  static final int STALL_MILLIS = 100;

  private static final long IDLE_MILLIS = 10_000;

  // guarded by this object's monitor

  private final IntrusiveQueue<LoopTask> queue = new IntrusiveQueue<>();
  private int threads;
  private int idle;
  private int queued;
  private long lastEnd = System.nanoTime();
  private boolean closed;

  /** Has a thread carry out an operation, and its loop told. */
  synchronized void start(FileOperation operation) {
    queue.add(operation);
    queued++;
    if (idle >= queued) {
      notify();
    } else if (threads < USUAL) {
      addThread();
    }
  }

  /** Whether operations wait for a thread. */
  synchronized boolean hasQueued() {
    return queued > 0;
  }

  /** Starts a thread if operations are queued, and none has ended for a while. */
  synchronized void growIfStalled() {
    long since = System.nanoTime() - lastEnd;
    if (queued > idle && since > TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS) && threads < MOST) {
      addThread();
    }
  }

  private void addThread() {
    threads++;
    try {
      DaemonThreads.of(this::work, "file-io").start();
    } catch (OutOfMemoryError e) {
      threads--;
      Faults.log("starting a thread for file operations, which is tried again,", e);
    }
  }

  private void work() {
    for (FileOperation operation = next(); operation != null; operation = next()) {
      operation.result(carryOut(operation));
      ended();
      operation.loop().execute(operation);
    }
  }

  private synchronized void ended() {
    lastEnd = System.nanoTime();
  }

  /** The next operation; null when the thread is to end. */
  private synchronized FileOperation next() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
    while (queue.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (closed || left <= 0) {
        threads--;
        return null;
      }
      idle++;
      try {
        wait(left);
      } catch (InterruptedException e) {
        // nobody means it
      } finally {
        idle--;
      }
    }
    queued--;
    return (FileOperation) queue.poll();
  }

  private static int carryOut(FileOperation operation) {
    while (true) {
      long result =
          switch (operation.kind()) {
            case READ ->
                NativeIo.C.pread(
                    operation.fd(), operation.address(), operation.length(), operation.offset());
            case WRITE ->
                NativeIo.C.pwrite(
                    operation.fd(), operation.address(), operation.length(), operation.offset());
            case SYNC -> NativeIo.C.fdatasync(operation.fd());
          };
      if (result >= 0) {
        return (int) result;
      }
      int errno = NativeIo.errno();
      if (errno != Errno.EINTR.number()) {
        return -errno;
      }
    }
  }

  /** Lets the threads end when nothing is queued any more. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
