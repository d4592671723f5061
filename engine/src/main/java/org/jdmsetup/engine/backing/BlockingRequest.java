package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Pool;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RetryingThreadPool;

/**
 * A request that an event loop has no operation for, with a thread that waits for it: a discard,
 * zeroes, or data that is not aligned as the file wants it.
 */
final class BlockingRequest extends RetryingThreadPool.Task {
  private static final RetryingThreadPool THREADS = new RetryingThreadPool("blocking-io");

  private static final Pool<BlockingRequest> FREE = new Pool<>(1024, BlockingRequest::new);

  private OpenedBacking backing;
  private Request request;

  private BlockingRequest() {}

  /** Has a thread serve and complete a request. */
  static void start(OpenedBacking backing, Request request) {
    BlockingRequest task = FREE.take();
    task.backing = backing;
    task.request = request;
    request.handOver();
    THREADS.execute(task);
  }

  @Override
  public void run() {
    OpenedBacking of = backing;
    Request served = request;
    FREE.recycle(this);
    Outcome outcome;
    try {
      outcome = of.serve(served);
    } catch (Throwable thrown) {
      Faults.log("a request that a thread waits for", thrown);
      outcome = Outcome.EIO;
    }
    served.complete(outcome);
  }
}
