package org.jdmsetup.engine.lock;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock of the control plane, which has its place in the order of all of them. Where assertions
 * are enabled, as in tests, a thread that takes one out of order fails instead of waiting;
 * elsewhere it is a {@link ReentrantLock} and nothing else. It has no conditions.
 */
public final class RankedLock {
  private final LockRank rank;
  private final ReentrantLock lock = new ReentrantLock();

  public RankedLock(LockRank rank) {
    this.rank = rank;
  }

  LockRank rank() {
    return rank;
  }

  /**
   * Waits for the lock, whatever interrupts. A thread that has it may take it again.
   *
   * @throws AssertionError if the thread holds a lock of the same or a later rank, and assertions
   *     are enabled
   */
  public void lock() {
    assert HeldLocks.mayTake(this);
    lock.lock();
    assert HeldLocks.add(this);
  }

  /** Takes the lock if no other thread has it; as it waits for none, in any order. */
  public boolean tryLock() {
    boolean taken = lock.tryLock();
    assert !taken || HeldLocks.add(this);
    return taken;
  }

  /** Undoes one {@link #lock}. */
  public void unlock() {
    lock.unlock();
    assert HeldLocks.remove(this);
  }

  /** Whether the calling thread has it. */
  public boolean isHeld() {
    return lock.isHeldByCurrentThread();
  }

  @Override
  public String toString() {
    return "lock of rank " + rank;
  }
}
