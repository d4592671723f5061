package org.jdmsetup.engine.expose.fuse;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.expose.MemoryDevice;

/** Keeps the threads that submit requests to a {@link MemoryDevice} waiting until it is ended. */
final class Stall implements Runnable {

  private final CountDownLatch end = new CountDownLatch(1);

  /** How many threads have come to wait. */
  final AtomicInteger threads = new AtomicInteger();

  @Override
  public void run() {
    threads.incrementAndGet();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void end() {
    end.countDown();
  }
}
