package org.jdmsetup.engine.expose.loop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdmsetup.engine.block.Faults;

/**
 * Calls to the loop driver that run one after another on other threads, because they may wait for
 * requests that a suspended device holds. The control thread, which alone can resume the device,
 * waits for them for {@link #WAIT_MILLIS} at most.
 */
final class SerialCalls {

  private static final int WAIT_MILLIS = 2000;

  private final String name;
  private final Executor threads;
  private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);

  /**
   * @param name of the loop device, for people
   */
  SerialCalls(String name, Executor threads) {
    this.name = name;
    this.threads = threads;
  }

  /** Has a call run after those before it, also if one of them failed. */
  synchronized CompletableFuture<Void> enqueue(Runnable call) {
    tail =
        tail.handleAsync(
            (done, failureBefore) -> {
              run(call);
              return null;
            },
            threads);
    return tail;
  }

  private void run(Runnable call) {
    try {
      call.run();
    } catch (Throwable thrown) {
      Faults.log("a call to " + name, thrown); // as a rule nobody waits for it
      throw thrown;
    }
  }

  /** Waits for all calls until now; whether they are done. */
  boolean awaitAll() {
    CompletableFuture<Void> last;
    synchronized (this) {
      last = tail;
    }
    try {
      last.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
