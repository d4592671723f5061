package org.jdmsetup.engine.lock;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RankedLockTest {
  private final RankedLock life = new RankedLock(LockRank.LIFE);
  private final RankedLock device = new RankedLock(LockRank.DEVICE);
  private final RankedLock other = new RankedLock(LockRank.DEVICE);

  @Test
  void locksAreTakenInTheirOrderAndReleasedInAny() {
    List<RankedLock> all = new ArrayList<>();
    for (LockRank rank : LockRank.values()) {
      RankedLock lock = new RankedLock(rank);
      lock.lock();
      all.add(lock);
    }
    all.forEach(RankedLock::unlock);
    all.get(0).lock(); // nothing is held any more
    all.get(0).unlock();
  }

  @Test
  void anEarlierLockIsRefusedAndNotTaken() {
    device.lock();
    AssertionError refused = assertThrows(AssertionError.class, life::lock);
    assertSame(refused, HeldLocks.takeViolation());
    assertEquals(
        "locks out of order: LIFE wanted while holding [lock of rank DEVICE]",
        refused.getMessage());
    assertFalse(life.isHeld());
    device.unlock();
    life.lock();
    life.unlock();
  }

  @Test
  void aSecondLockOfOneRankIsRefused() {
    device.lock();
    assertSame(assertThrows(AssertionError.class, other::lock), HeldLocks.takeViolation());
    device.unlock();
  }

  @Test
  void aLockThatIsHeldCanBeTakenAgain() {
    life.lock();
    device.lock();
    life.lock();
    life.unlock();
    assertTrue(life.isHeld());
    assertSame(assertThrows(AssertionError.class, other::lock), HeldLocks.takeViolation());
    device.unlock();
    life.unlock();
    assertFalse(life.isHeld());
  }

  @Test
  void tryingIsAllowedInAnyOrder() {
    device.lock();
    assertTrue(life.tryLock());
    assertTrue(CompletableFuture.supplyAsync(() -> !life.tryLock()).join());
    life.unlock();
    device.unlock();
    assertNull(HeldLocks.takeViolation());
  }

  @Test
  void whatIsHeldIsAThreadsOwn() {
    device.lock();
    CompletableFuture.runAsync(
            () -> {
              life.lock();
              life.unlock();
            })
        .join();
    device.unlock();
    assertNull(HeldLocks.takeViolation());
  }

  @Test
  void aViolationThatOnlyItsThreadSawFailsTheTest() {
    CompletableFuture<Void> background =
        CompletableFuture.runAsync(
                () -> {
                  device.lock();
                  try {
                    life.lock();
                  } finally {
                    device.unlock();
                  }
                })
            .exceptionally(logged -> null);
    background.join();
    LocksInOrder everyTest = new LocksInOrder();
    assertNotNull(assertThrows(AssertionError.class, () -> everyTest.afterEach(null)).getCause());
    assertDoesNotThrow(() -> everyTest.afterEach(null));
  }
}
