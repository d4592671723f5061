package org.jdmsetup.engine.expose.nbd;

import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Uninterruptibly;

/**
 * The operations of one connection that did not complete at once: how much memory they use, and
 * which of them are done and wait to be answered. Shared by the connection's two threads and those
 * that complete operations.
 */
final class NbdInFlight {

  /** Bytes that they may use: one request of the largest size, with some to spare. */
  static final long ALLOWANCE = NbdProtocol.MAX_DATA + (4 << 20);

  private final BlockDevice device;

  // below: guarded by this

  private final IntrusiveQueue<NbdOp> free = new IntrusiveQueue<>();
  private final IntrusiveQueue<NbdOp> done = new IntrusiveQueue<>();
  private long allowanceUsed;
  private int count;
  private boolean answering;
  private boolean ended;

  /** What {@link #awaitRoom} waits to have room for. */
  private long wanted;

  // what is waited for, made once, as serving a request allocates nothing

  private final BooleanSupplier room = () -> hasRoom(wanted);
  private final BooleanSupplier doneOrEnded = () -> !done.isEmpty() || ended;
  private final BooleanSupplier empty = () -> count <= 0;

  /**
   * @param device that operations are submitted to
   */
  NbdInFlight(BlockDevice device) {
    this.device = device;
  }

  /** An operation to start. */
  synchronized NbdOp takeOp() {
    NbdOp op = free.poll();
    return op == null ? new NbdOp(this, device) : op;
  }

  /**
   * Whether the allowance has room for one more operation.
   *
   * @param cost in bytes
   */
  synchronized boolean hasRoom(long cost) {
    return count <= 0 || allowanceUsed + cost <= ALLOWANCE;
  }

  /** Waits until there {@linkplain #hasRoom is room}. Of the thread that reads requests. */
  synchronized void awaitRoom(long cost) {
    wanted = cost;
    Uninterruptibly.await(this, room);
  }

  /**
   * Accounts for an operation that will complete later.
   *
   * @return whether it is the first one, so that somebody has to begin to answer
   */
  synchronized boolean add(long cost) {
    // it may have been answered already: then both numbers are one too low until here
    count++;
    allowanceUsed += cost;
    boolean first = !answering;
    answering = true;
    return first;
  }

  /** Called by whoever completes an operation that was detached; does not wait. */
  synchronized void completed(NbdOp op) {
    done.add(op);
    notifyAll();
  }

  /** Waits for an operation to answer; null when there will be no more. */
  synchronized NbdOp nextDone() {
    Uninterruptibly.await(this, doneOrEnded);
    return done.poll();
  }

  synchronized boolean noneDone() {
    return done.isEmpty();
  }

  /** An operation was answered, or its client has gone; it may be used again. */
  synchronized void answered(NbdOp op) {
    count--;
    allowanceUsed -= op.cost;
    free.addFirst(op);
    notifyAll();
  }

  /** Waits until the device has let go of everything: only then may it be closed. */
  synchronized void end() {
    Uninterruptibly.await(this, empty);
    ended = true;
    notifyAll();
  }
}
