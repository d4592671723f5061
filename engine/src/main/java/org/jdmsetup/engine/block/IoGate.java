package org.jdmsetup.engine.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What all requests to a device pass: counts those under way and, while it is closed, defers new
 * ones in the order of their arrival. Closing and passing are one atomic counter, so that an open
 * gate costs two additions a request.
 */
public final class IoGate implements Stage {
  private static final long CLOSED = Long.MIN_VALUE;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(IoGate.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Requests under way, and the sign when the gate is closed. A request that meets a closed gate is
   * counted for a moment, then counted out again. So once the gate is seen closed with nothing in
   * flight, every request that had passed it is done, although the count may rise again briefly.
   */
  @SuppressWarnings("unused") // through STATE
  private volatile long state;

  private final RequestList deferred = new RequestList();

  /** Whether requests that end with {@link Outcome#REQUEUE} wait here: in a noflush suspend. */
  private volatile boolean requeues;

  private Runnable onDrained = () -> {};

  /** Counts a request in; false when the gate is closed, and nothing is counted then. */
  public boolean enter() {
    if ((long) STATE.getAndAdd(this, 1L) >= 0) {
      return true;
    }
    leave();
    return false;
  }

  /** Counts a request out. */
  public void leave() {
    if ((long) STATE.getAndAdd(this, -1L) - 1 == CLOSED) {
      notifyDrained();
    }
  }

  /**
   * As a stage: the request is done, or to be requeued.
   *
   * @param sector where it began on this device
   */
  @Override
  public boolean done(Request request, long sector) {
    boolean requeued = request.outcome() == Outcome.REQUEUE && requeue(request, sector);
    leave();
    return !requeued;
  }

  /** Puts a request before those that came later; false when it fails, as nothing is requeued. */
  private synchronized boolean requeue(Request request, long sector) {
    if (!requeues) {
      request.outcome(Outcome.EIO);
      return false;
    }
    request.outcome(Outcome.DONE);
    request.sector(sector);
    deferred.addFirst(request);
    return true;
  }

  /** Begins or ends the time in which requests are requeued. */
  public synchronized void allowRequeue(boolean on) {
    requeues = on;
  }

  /** Whether requests that end with {@link Outcome#REQUEUE} are kept; else they fail. */
  public boolean requeues() {
    return requeues;
  }

  private synchronized void notifyDrained() {
    notifyAll();
    try {
      onDrained.run();
    } catch (Throwable thrown) {
      Faults.log("telling that a device has nothing to do", thrown);
    }
  }

  /**
   * Keeps a request until the gate opens.
   *
   * @return false when it is open by now; the request is the caller's then
   */
  public synchronized boolean defer(Request request) {
    if (!closed()) {
      return false;
    }
    deferred.add(request);
    return true;
  }

  /** Whether new requests are deferred. */
  public boolean closed() {
    return (long) STATE.getVolatile(this) < 0;
  }

  /**
   * Defers new requests from now on.
   *
   * @param onDrained run whenever the last request under way has finished; must not block
   */
  public synchronized void close(Runnable onDrained) {
    if (closed()) {
      throw new IllegalStateException("closed already");
    }
    this.onDrained = onDrained;
    STATE.getAndAdd(this, CLOSED);
  }

  /** Waits until nothing is under way behind the closed gate, whatever comes. */
  public synchronized void awaitDrained() {
    Uninterruptibly.await(this, this::isDrained);
  }

  /** Whether the gate is open and nothing is under way. */
  public boolean isIdle() {
    return (long) STATE.getVolatile(this) == 0;
  }

  /** Whether nothing is under way behind the closed gate. */
  public boolean isDrained() {
    return (long) STATE.getVolatile(this) == CLOSED;
  }

  /**
   * Lets requests pass again.
   *
   * @return those that were deferred; the caller submits them, in order
   */
  public synchronized RequestList open() {
    if (!closed()) {
      throw new IllegalStateException("open already");
    }
    RequestList kept = takeDeferred();
    STATE.getAndAdd(this, CLOSED); // adding the sign bit again clears it: the carry is lost
    return kept;
  }

  /** Whether requests are under way or wait for the gate to open. */
  public synchronized boolean hasRequests() {
    return !deferred.isEmpty() || ((long) STATE.getVolatile(this) & ~CLOSED) != 0;
  }

  /** Takes out what was deferred, to be failed. */
  public synchronized RequestList takeDeferred() {
    RequestList taken = new RequestList();
    taken.addAll(deferred);
    return taken;
  }
}
