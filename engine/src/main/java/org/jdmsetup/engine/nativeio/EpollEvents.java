package org.jdmsetup.engine.nativeio;

import java.lang.ref.Reference;
import org.jdmsetup.ioctl.system.Linux;

/**
 * An epoll descriptor and the events that its last wait has brought. For one thread at a time,
 * except {@link #add}, {@link #change} and {@link #remove}, which take a lock of their own.
 *
 * <p>The kernel's struct epoll_event is packed on x86 only: 12 bytes there, 16 elsewhere.
 */
public final class EpollEvents implements AutoCloseable {
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
  private static final int SIZE = PACKED ? 12 : 16;
  private static final int DATA = PACKED ? 4 : 8;

  private final int epoll;
  private final int most;
  private final AlignedBuffer events;
  private final AlignedBuffer argument = new AlignedBuffer(16);

  /**
   * @param most how many events a wait brings at most
   * @throws IllegalStateException when the system gives no descriptor
   */
  public EpollEvents(int most) {
    this.most = most;
    events = new AlignedBuffer(most * SIZE);
    epoll = NativeIo.C.epoll_create1(Linux.EPOLL_CLOEXEC);
    if (epoll < 0) {
      throw new IllegalStateException("epoll_create1: errno " + NativeIo.errno());
    }
  }

  /**
   * Watches a descriptor.
   *
   * @param flags of {@code EPOLLIN} and others
   * @param key what {@link #key} says of its events
   * @return 0 or the error number
   */
  public int add(int fd, int flags, long key) {
    return control(Linux.EPOLL_CTL_ADD, fd, flags, key);
  }

  /** Watches a descriptor for other events; as {@link #add}. */
  public int change(int fd, int flags, long key) {
    return control(Linux.EPOLL_CTL_MOD, fd, flags, key);
  }

  /** Watches a descriptor no longer. */
  public int remove(int fd) {
    return control(Linux.EPOLL_CTL_DEL, fd, 0, 0);
  }

  private int control(int operation, int fd, int flags, long key) {
    synchronized (argument) {
      argument.bytes().putInt(0, flags).putLong(DATA, key);
      int result = NativeIo.C.epoll_ctl(epoll, operation, fd, argument.address());
      Reference.reachabilityFence(argument);
      return result == 0 ? 0 : NativeIo.errno();
    }
  }

  /**
   * Waits for events.
   *
   * @param timeoutMillis 0: does not wait, -1: without end
   * @return how many there are, 0 also after a signal
   */
  public int await(int timeoutMillis) {
    int count = NativeIo.C.epoll_wait(epoll, events.address(), most, timeoutMillis);
    Reference.reachabilityFence(events);
    return Math.max(0, count);
  }

  /** What was given for the descriptor that the event concerns. */
  public long key(int event) {
    return events.bytes().getLong(event * SIZE + DATA);
  }

  /** The flags of an event. */
  public int flags(int event) {
    return events.bytes().getInt(event * SIZE);
  }

  @Override
  public void close() {
    NativeIo.C.close(epoll);
  }
}
