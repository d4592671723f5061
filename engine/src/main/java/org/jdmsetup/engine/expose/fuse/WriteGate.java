package org.jdmsetup.engine.expose.fuse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

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

  private FuseOp first;
  private FuseOp last;
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
        add(op);
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
            add(op);
            return false;
          }
        }
      }
    }
  }

  /** Takes no memory, so that a write is either passed on or here. */
  private void add(FuseOp op) {
    op.next = null;
    if (first == null) {
      first = op;
    } else {
      last.next = op;
    }
    last = op;
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
    FuseOp op = first;
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
    first = op.next;
    op.next = null;
    return op;
  }
}
