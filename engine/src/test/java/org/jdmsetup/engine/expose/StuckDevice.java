package org.jdmsetup.engine.expose;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.block.Request;

/** Keeps the thread that brings a request, as a system call does that waits for somebody else. */
final class StuckDevice extends MemoryDevice {
  private final CountDownLatch free = new CountDownLatch(1);
  private final AtomicInteger stuck = new AtomicInteger();

  StuckDevice(int bytes) {
    super(bytes);
  }

  /** How many threads it has kept. */
  int stuck() {
    return stuck.get();
  }

  /** Lets them go, and keeps no more. */
  void unstick() {
    free.countDown();
  }

  @Override
  public void submit(Request request) {
    stuck.incrementAndGet();
    try {
      free.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    super.submit(request);
  }
}
