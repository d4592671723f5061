package org.jdmsetup.engine.expose.loop;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over loop devices that other programs tell to detach: those that nobody has open are
 * detached at once and bound again, the others would detach with their last user (autoclear), which
 * has to be cancelled.
 */
final class DetachGuard {

  private static final Logger LOG = LoggerFactory.getLogger(DetachGuard.class);

  /** How long a client waits for loop devices that are bound again; a millisecond as a rule. */
  private static final int REBIND_MILLIS = 500;

  /** A look at autoclear costs a few microseconds for each device. */
  private static final long AUTOCLEAR_CHECK_NANOS = 2_000_000_000;

  private final Set<CompletableFuture<Void>> rebinding = ConcurrentHashMap.newKeySet();
  private final AtomicLong autoclearCheckedAt = new AtomicLong(System.nanoTime());

  /**
   * Somebody has closed the file of a loop device: perhaps the loop driver. Does not wait.
   *
   * @param lost told of a loop device that could not be bound again
   */
  void rebindIfDetached(LoopDevice loop, Consumer<LoopDevice> lost) {
    CompletableFuture<Void> rebound = loop.rebindIfDetached(() -> lost.accept(loop));
    rebinding.add(rebound);
    rebound.whenComplete((nothing, failure) -> rebinding.remove(rebound));
  }

  /** Whether autoclear is to be cancelled now; true every two seconds at most. */
  boolean isAutoclearCheckDue() {
    long now = System.nanoTime();
    long before = autoclearCheckedAt.get();
    return now - before > AUTOCLEAR_CHECK_NANOS && autoclearCheckedAt.compareAndSet(before, now);
  }

  /** Waits a while for loop devices that are being bound again. */
  void awaitRebound() {
    try {
      CompletableFuture.allOf(rebinding.toArray(CompletableFuture[]::new))
          .get(REBIND_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      LOG.info("loop devices are bound again once requests in flight are done");
    } catch (ExecutionException e) {
      LOG.error("looking after loop devices", e.getCause());
    }
  }
}
