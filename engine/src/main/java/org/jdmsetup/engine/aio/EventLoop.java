package org.jdmsetup.engine.aio;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.EpollEvents;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/**
 * A thread that waits for whatever comes first: a descriptor that is ready, an operation on a file
 * that has completed, a task from another thread. It serves all that is there, then hands over all
 * operations that were started meanwhile at once, and waits again. It never waits for a disk.
 */
public final class EventLoop implements AutoCloseable {

  /** What is told when a descriptor is ready. */
  public interface Readiness {
    /**
     * Called on the loop's thread; must not wait.
     *
     * @param flags of EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP
     */
    void ready(int flags);
  }

  private static final int MOST_EVENTS = 64;

  /** Its thread waits for nothing, so that this is enough for whatever it does. */
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long WAKE_UP = -1;
  private static final long FILE_OPERATIONS = -2;

  private static final ThreadLocal<EventLoop> OF_THREAD = new ThreadLocal<>();

  private final EpollEvents events = new EpollEvents(MOST_EVENTS);
  private final int wakeUp;
  private final AlignedBuffer one = new AlignedBuffer(Long.BYTES);
  private final AlignedBuffer wakeUps = new AlignedBuffer(Long.BYTES);
  private final AsyncIo io;
  private final Thread thread;

  // below: guarded by tasks

  private final IntrusiveQueue<LoopTask> tasks = new IntrusiveQueue<>();
  private boolean asleep;
  private boolean closing;

  /** By the key of its events; null where there is none. */
  private final List<Watch> watched = new ArrayList<>();

  private final ArrayDeque<Integer> freeKeys = new ArrayDeque<>();

  // below: of the loop's thread

  private final IntrusiveQueue<LoopTask> due = new IntrusiveQueue<>();
  private final IntrusiveQueue<LoopTask> beforeWait = new IntrusiveQueue<>();

  /**
   * Starts the loop.
   *
   * @param name of its thread, for people
   * @param io its way of carrying out operations on files; closed with the loop
   * @throws OutOfMemoryError when the system has no thread or memory to give
   */
  EventLoop(String name, AsyncIo io) {
    wakeUp = NativeIo.C.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK);
    if (wakeUp < 0) {
      throw new IllegalStateException("eventfd: " + Errno.text(NativeIo.errno()));
    }
    one.bytes().putLong(0, 1);
    this.io = io;
    require(events.add(wakeUp, Linux.EPOLLIN, WAKE_UP));
    if (io.descriptor() >= 0) {
      require(events.add(io.descriptor(), Linux.EPOLLIN, FILE_OPERATIONS));
    }
    thread = DaemonThreads.of(this::turn, name);
    thread.start();
  }

  private static void require(int errno) {
    if (errno != 0) {
      throw new IllegalStateException("epoll_ctl: " + Errno.text(errno));
    }
  }

  /** The loop whose thread this is; null on any other thread. */
  public static EventLoop current() {
    return OF_THREAD.get();
  }

  /** Starts an operation on a file. Only on the loop's thread. */
  public void start(FileOperation operation) {
    operation.startedOn(this);
    io.start(operation);
  }

  /** Has the loop's thread run a task soon; from any thread. Takes no memory and cannot fail. */
  public void execute(LoopTask task) {
    boolean wake;
    synchronized (tasks) {
      tasks.add(task);
      wake = asleep;
      asleep = false;
    }
    if (wake) {
      NativeIo.C.write(wakeUp, one.address(), Long.BYTES);
    }
  }

  /**
   * Has a task run before the loop waits again, after everything that is ready has been served.
   * Only on the loop's thread.
   */
  public void executeBeforeWait(LoopTask task) {
    beforeWait.add(task);
  }

  /**
   * Watches a descriptor, from any thread. It must not be closed before the watch.
   *
   * @param flags EPOLLIN and others
   * @param readiness told on the loop's thread, possibly also without reason
   * @throws IOException when the kernel has no memory for it, or knows no readiness of such a file
   */
  public Watch watch(int fd, int flags, Readiness readiness) throws IOException {
    Watch watch;
    synchronized (tasks) {
      Integer free = freeKeys.poll();
      watch = new Watch(fd, free == null ? watched.size() : free, readiness);
      if (free == null) {
        watched.add(watch);
      } else {
        watched.set(free, watch);
      }
    }
    int errno = events.add(fd, flags, watch.key);
    if (errno != 0) {
      watch.forget();
      throw new IOException("watching a descriptor: " + Errno.text(errno));
    }
    return watch;
  }

  /** A descriptor that a loop watches. */
  public final class Watch implements AutoCloseable {
    private final int fd;
    private final int key;
    private final Readiness readiness;

    private Watch(int fd, int key, Readiness readiness) {
      this.fd = fd;
      this.key = key;
      this.readiness = readiness;
    }

    /**
     * Watches for other events from now on.
     *
     * @param flags as those of {@link EventLoop#watch}; 0: for none but an error
     */
    public void change(int flags) {
      int errno = events.change(fd, flags, key);
      if (errno != 0) {
        throw new IllegalStateException("epoll_ctl: " + Errno.text(errno));
      }
    }

    /**
     * Watches no longer. If this is the loop's thread, nothing is told afterwards; else a call may
     * still be under way.
     */
    @Override
    public void close() {
      events.remove(fd);
      forget();
    }

    private void forget() {
      synchronized (tasks) {
        watched.set(key, null);
        freeKeys.add(key);
      }
    }
  }

  private void turn() {
    OF_THREAD.set(this);
    while (!isClosing()) {
      try {
        serve(events.await(prepareToWait() ? io.submitAgainMillis() : 0));
      } catch (Throwable thrown) {
        Faults.log("an event loop", thrown); // what it serves catches its own
      }
    }
    io.close();
    events.close();
    NativeIo.C.close(wakeUp);
  }

  /** Whether there is nothing to do. From then on a task from another thread ends the wait. */
  private boolean prepareToWait() {
    synchronized (tasks) {
      asleep = tasks.isEmpty() && beforeWait.isEmpty() && !closing;
      return asleep;
    }
  }

  private boolean isClosing() {
    synchronized (tasks) {
      return closing && tasks.isEmpty();
    }
  }

  private void serve(int count) {
    for (int i = 0; i < count; i++) {
      long key = events.key(i);
      if (key == WAKE_UP) {
        NativeIo.C.read(wakeUp, wakeUps.address(), Long.BYTES);
      } else if (key != FILE_OPERATIONS) {
        tell((int) key, events.flags(i));
      }
    }
    io.complete();
    runTasks();
    due.addAll(beforeWait);
    runDue();
    io.submit();
  }

  private void tell(int key, int flags) {
    Watch watch;
    synchronized (tasks) {
      watch = watched.get(key);
    }
    if (watch == null) {
      return; // no longer watched
    }
    try {
      watch.readiness.ready(flags);
    } catch (Throwable thrown) {
      Faults.log("serving a descriptor that is ready", thrown);
    }
  }

  private void runTasks() {
    synchronized (tasks) {
      due.addAll(tasks);
      asleep = false;
    }
    runDue();
  }

  private void runDue() {
    for (LoopTask task = due.poll(); task != null; task = due.poll()) {
      run(task);
    }
  }

  static void run(LoopTask task) {
    try {
      task.run();
    } catch (Throwable thrown) {
      Faults.log("a task of an event loop", thrown);
    }
  }

  /**
   * Ends the loop and waits for that. What it watches and what is under way is not told any more.
   */
  @Override
  public void close() {
    synchronized (tasks) {
      closing = true;
      asleep = false;
    }
    NativeIo.C.write(wakeUp, one.address(), Long.BYTES);
    if (Thread.currentThread() != thread) {
      Uninterruptibly.join(thread, System.nanoTime() + END_NANOS);
    }
  }
}
