package org.jdmsetup.engine.expose.fuse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jdmsetup.engine.block.IntrusiveQueue;

/**
 * Keeps a read-modify-write of part of a block apart from every other write to the same file:
 * whole-block writes pass side by side, a partial one passes alone. Nobody waits: what may not pass
 * yet is queued, and the thread that makes way runs it. Passing is one atomic addition while there
 * are no partial writes.
 */
final class WriteGate {

  private static final long CLOSED = 1;
  private static final long ONE = 2;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(WriteGate.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** CLOSED when a partial write is under way or queued; plus ONE for each whole-block write. */
  private volatile long state;

  private final IntrusiveQueue<FuseOp> queued = new IntrusiveQueue<>();
  private boolean alone;
  private boolean draining;

  /**
   * @return true when the write may go on now; false when it was queued and will be run later
   */
  boolean enter(FuseOp op) {
    if (op.partial()) {
      synchronized (this) {
        long before = (long) STATE.getAndBitwiseOr(this, CLOSED);
        if (before == 0) {
          alone = true;
          return true;
        }
        queued.add(op);
      }
      drain();
      return false;
    }
    while (true) {
      long s = state;
      if ((s & CLOSED) == 0) {
        if (STATE.compareAndSet(this, s, s + ONE)) {
          return true;
        }
      } else {
        synchronized (this) {
          if ((state & CLOSED) != 0) {
            queued.add(op);
            return false;
          }
        }
      }
    }
  }

  /** After a write that had entered; runs what may now pass. */
  void leave(FuseOp op) {
    if (op.partial()) {
      synchronized (this) {
        alone = false;
      }
      drain();
    } else if ((long) STATE.getAndAdd(this, -ONE) == (ONE | CLOSED)) {
      drain();
    }
  }

  private void drain() {
    synchronized (this) {
      if (draining) {
        return;
      }
      draining = true;
    }
    FuseOp op;
    while ((op = next()) != null) {
      op.resume();
    }
  }

  private synchronized FuseOp next() {
    FuseOp op = queued.peek();
    if (op == null && !alone) {
      STATE.getAndBitwiseAnd(this, ~CLOSED);
    }
    if (op == null || alone || (op.partial() && state != CLOSED)) {
      draining = false;
      return null;
    }
    if (op.partial()) {
      alone = true;
    } else {
      STATE.getAndAdd(this, ONE);
    }
    return queued.poll();
  }
}
