package org.jdmsetup.engine.expose.fuse;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that serve a FUSE mount: a few that are always there, and more while those are held
 * up.
 *
 * <p>A worker waits in pwrite(2) for what lies below a device, and that can be a file in a file
 * system on another device of the same engine. The pwrite then ends only after other requests of
 * the mount were served. If all workers waited like this, nobody could read those requests, and the
 * daemon would stand still for ever. So a thread watches whether any worker makes progress. If none
 * does, it doubles their number, up to one for each asynchronous request that the kernel passes at
 * once. All that a worker does for this is to advance its {@link FuseWorker#serveSequence}.
 *
 * <p>The permanent workers wait in read(2), the extra ones in a {@link FusePollTurn}, because a
 * read cannot be ended after a time. Descriptors stay open as long as the connection, because a
 * device may hold a request that was read from one, and closing it would fail that request. A new
 * extra worker takes over the descriptor of one that ended.
 */
final class FuseWorkers implements AutoCloseable {

  /** Opens one more descriptor of the connection. */
  interface Descriptors {
    int open() throws IOException;
  }

  /** After what time without a request an extra worker goes. */
  static final int IDLE_MILLIS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(FuseWorkers.class);

  /** How long an extra worker waits so that an idle permanent worker can take the request. */
  private static final int COURTESY_NANOS = 1_000_000;

  private static final int CHECK_MILLIS = 100;

  /** Between checks while no worker serves a request, and after more workers could not be had. */
  private static final int IDLE_CHECK_MILLIS = 1000;

  /** What threads get to end in, all together: they may wait for a slow disk. */
  private static final int SHUTDOWN_MILLIS = 10_000;

  /** How many requests a loop's worker takes at most before others on the loop have their turn. */
  private static final int MAX_BATCH = 64;

  private final FuseSession session;
  private final List<EventLoop> loops;
  private final Descriptors descriptors;
  private final int idleMillis;
  private final FusePollTurn pollTurn = new FusePollTurn();

  /** Complete before there are extra workers, who read it without a lock. */
  private final List<FuseWorker> permanent = new ArrayList<>();

  // what follows is guarded by this object's monitor, which no request needs

  private final List<Member> members = new ArrayList<>();
  private final List<Integer> opened = new ArrayList<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final Thread watcher = DaemonThreads.of(this::watch, "fuse-watch");
  private int maxWorkers;
  private int extras;
  private boolean maxReported;

  /** Nobody is to be started any more. */
  private boolean ended;

  /**
   * @param loops with a worker each
   */
  FuseWorkers(FuseSession session, List<EventLoop> loops, Descriptors descriptors, int idleMillis) {
    this.session = session;
    this.loops = loops;
    this.descriptors = descriptors;
    this.idleMillis = idleMillis;
  }

  /**
   * Starts the permanent workers; {@link #close} is due afterwards even if that fails.
   *
   * @param first the descriptor that was mounted, which is closed with the others
   * @throws OutOfMemoryError also when the system has no more threads
   */
  synchronized void start(int first) throws IOException {
    opened.add(first);
    while (opened.size() < loops.size()) {
      opened.add(descriptors.open());
    }
    for (int i = 0; i < loops.size(); i++) {
      LoopMember member = new LoopMember(opened.get(i));
      members.add(member);
      permanent.add(member.worker);
      member.start(loops.get(i));
    }
    maxWorkers = loops.size() + session.maxBackground;
    watcher.start();
  }

  /** How many workers there are. */
  synchronized int size() {
    return members.size();
  }

  /** How many descriptors they use or have used. */
  synchronized int descriptors() {
    return opened.size();
  }

  private boolean anyPermanentIdle() {
    // an index, as this comes with each request and an iterator would be garbage
    for (int i = 0; i < permanent.size(); i++) {
      if ((permanent.get(i).serveSequence() & 1) == 0) {
        return true;
      }
    }
    return false;
  }

  private synchronized void watch() {
    BooleanSupplier over = () -> ended;
    while (!ended) {
      long pause = TimeUnit.MILLISECONDS.toNanos(checkProgress());
      Uninterruptibly.await(this, over, System.nanoTime() + pause);
    }
  }

  /**
   * Checks all workers, starts more if none makes progress, and returns after how many milliseconds
   * to check again.
   */
  private int checkProgress() {
    boolean busy = false;
    boolean heldUp = !members.isEmpty();
    for (Member member : members) {
      long sequence = member.worker.serveSequence();
      boolean serves = (sequence & 1) != 0;
      busy |= serves;
      heldUp &= serves && sequence == member.seen;
      member.seen = sequence;
    }
    if (heldUp && !grow()) {
      return IDLE_CHECK_MILLIS;
    }
    return busy ? CHECK_MILLIS : IDLE_CHECK_MILLIS;
  }

  /** Doubles the workers; false if it did not go, which may change. */
  private boolean grow() {
    int present = members.size();
    int more = Math.min(present, maxWorkers - present);
    if (more == 0) {
      if (!maxReported) {
        LOG.warn("all {} FUSE workers are held up, and there may be no more", present);
      }
      maxReported = true;
      return false;
    }
    LOG.debug("all {} FUSE workers are held up, {} more are started", present, more);
    try {
      for (int i = 0; i < more; i++) {
        addExtra();
      }
      return true;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOG.error("starting more FUSE workers, which is tried again", e);
      return false;
    }
  }

  private void addExtra() throws IOException {
    if (free.isEmpty()) {
      int fd = descriptors.open();
      opened.add(fd);
      free.push(fd);
    }
    ExtraMember member = new ExtraMember(free.peek());
    Thread thread = DaemonThreads.of(member, "fuse-extra-" + extras++);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      member.worker.end();
      throw e;
    }
    members.add(member);
    free.pop();
  }

  private synchronized void workerEnded(Member member, boolean connectionEnded) {
    members.remove(member);
    ended |= connectionEnded;
    if (member instanceof ExtraMember) {
      free.push(member.fd);
    }
    notifyAll();
  }

  /** Waits for all workers, which the end of the mount has told to end, and closes what is open. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SHUTDOWN_MILLIS);
    synchronized (this) {
      ended = true;
      notifyAll();
      Uninterruptibly.await(this, members::isEmpty, deadline);
    }
    Uninterruptibly.join(watcher, deadline);
    synchronized (this) {
      // a request that a device still holds will be answered through its descriptor later, so that
      // number must not be reused
      if (session.buffers.inUse() == 0) {
        opened.forEach(NativeIo.C::close);
        opened.clear();
      }
    }
    session.buffers.clear();
  }

  /** A worker, and what is known of it. */
  private abstract class Member {

    final FuseWorker worker;
    final int fd;

    /** The worker's serve sequence at the last check. */
    long seen;

    Member(int fd) {
      this.fd = fd;
      worker = new FuseWorker(session, fd);
    }

    void end(boolean connectionEnded) {
      worker.end();
      workerEnded(this, connectionEnded);
    }
  }

  /** A worker on an event loop: takes all requests that are there. */
  private final class LoopMember extends Member {

    private EventLoop.Watch watch;

    /**
     * How many requests it takes before it asks whether there are more: as many as there were at
     * once lately, because to find out that there is none costs a system call.
     */
    private int batch = 1;

    LoopMember(int fd) {
      super(fd);
    }

    void start(EventLoop loop) throws IOException {
      // exclusively: one loop is woken for a request, not all
      watch = loop.watch(fd, Linux.EPOLLIN | Linux.EPOLLEXCLUSIVE, this::ready);
    }

    private void ready(int flags) {
      int length = 1;
      int taken = 0;
      while (taken < batch && length > 0) {
        length = worker.receive();
        if (length > 0) {
          taken++;
          worker.serve(length);
        }
      }
      batch = taken == batch ? Math.min(MAX_BATCH, batch * 2) : Math.max(1, taken);
      if (length < 0) {
        watch.close();
        end(true);
      }
    }
  }

  /** A worker with a thread of its own, which goes when it has had nothing to do for a while. */
  private final class ExtraMember extends Member implements Runnable {

    ExtraMember(int fd) {
      super(fd);
    }

    @Override
    public void run() {
      end(!serveUntilIdle());
    }

    /** Returns false when the connection has ended. */
    private boolean serveUntilIdle() {
      long idle = TimeUnit.MILLISECONDS.toNanos(idleMillis);
      long end = System.nanoTime() + idle;
      while (pollTurn.enter(end)) {
        int length = 0;
        try {
          length = receive(end);
        } finally {
          pollTurn.leave();
        }
        if (length < 0) {
          return false;
        }
        if (length > 0) {
          worker.serve(length);
          end = System.nanoTime() + idle;
        } else if (end - System.nanoTime() <= 0) {
          return true;
        }
      }
      return true;
    }

    /** Takes a request that the permanent workers leave; else as {@link FuseWorker#receive}. */
    private int receive(long end) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      boolean there = poll((int) Math.max(0, left + 1));
      if (there && anyPermanentIdle()) {
        LockSupport.parkNanos(COURTESY_NANOS);
        there = poll(0);
      }
      return there ? worker.receive() : 0;
    }

    private boolean poll(int millis) {
      return session.transport.poll(fd, pollTurn.pollfd, millis);
    }
  }
}
