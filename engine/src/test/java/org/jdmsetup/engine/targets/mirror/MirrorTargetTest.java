package org.jdmsetup.engine.targets.mirror;

import static org.jdmsetup.engine.targets.mirror.MirrorFixture.EIO;
import static org.jdmsetup.engine.targets.mirror.MirrorFixture.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request.Op;
import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.Test;

/**
 * {@code mirror core 2 64 nosync 2 8:0 100 8:1 200}: where requests go, what recovery does, and
 * what becomes of errors; as measured on Linux 6.1.
 */
final class MirrorTargetTest {
  private static final String SYNCED = "core 2 64 nosync 2 8:0 100 8:1 200";
  private static final String UNSYNCED = "core 1 64 2 8:0 100 8:1 200";

  @Test
  void textsAreThoseOfTheKernel() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 1 handle_errors");
    assertEquals(SYNCED + " 1 handle_errors", mirror.target.table());
    assertEquals("2 8:0 8:1 16/16 1 AA 1 core", mirror.target.info());
    assertEquals(64, mirror.target.maxIoLength().count());
    assertEquals(1, mirror.target.copies(Op.FLUSH));
    assertEquals(1, mirror.target.copies(Op.DISCARD));
    assertEquals(0, mirror.target.copies(Op.WRITE_ZEROES));
  }

  @Test
  void aWriteGoesToAllLegsAndAReadComesFromTheFirst() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED).resume();
    assertEquals(0, answer(mirror.write(10, 2, 0x55)));
    assertEquals(List.of("0 WRITE 110+2", "1 WRITE 210+2"), mirror.seen());
    assertEquals(0x55, mirror.read(11));
    assertEquals(List.of("0 READ 111+1"), mirror.seen());
    assertEquals(0, mirror.flush());
    assertEquals(List.of("0 FLUSH", "1 FLUSH"), mirror.seen());
    assertEquals(0, answer(mirror.submit(Op.DISCARD, 100, 300, 0)));
    assertEquals(List.of("0 DISCARD 200+300", "1 DISCARD 300+300"), mirror.seen());
    assertEquals(0, mirror.context.events());
  }

  @Test
  void recoveryCopiesTheFirstLegToTheOthersAndEndsWithAnEvent() {
    MirrorFixture mirror = new MirrorFixture(1000, UNSYNCED);
    mirror.disk(0).fill(100, 1000, 0x77);
    assertEquals("2 8:0 8:1 0/16 1 AA 1 core", mirror.target.info());
    mirror.resume();
    mirror.awaitStatus("2 8:0 8:1 16/16 1 AA 1 core");
    mirror.awaitEvents(1);
    assertEquals(0, mirror.disk(1).at(199));
    assertEquals(0x77, mirror.disk(1).at(200));
    assertEquals(0x77, mirror.disk(1).at(1199));
    assertEquals(0, mirror.disk(1).at(1200));
    assertTrue(mirror.seen().contains("0 READ 1060+40"), "the last region is a short one");
  }

  @Test
  void afterARestartTheLegThatCountedLastIsCopiedEvenIfTheRuleSaysNosync() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 1 handle_errors", "1");
    mirror.disk(0).fill(100, 1000, 0x11);
    mirror.disk(1).fill(200, 1000, 0x77);
    assertEquals("2 8:0 8:1 0/16 1 AA 1 core", mirror.target.info());
    assertEquals("1", mirror.target.savedState());
    mirror.resume();
    mirror.awaitStatus("2 8:0 8:1 16/16 1 AA 1 core");
    assertEquals(0x77, mirror.disk(0).at(1099));
    assertEquals(0x77, mirror.disk(1).at(1199));
  }

  @Test
  void writesWaitForTheRegionThatIsBeingCopied() {
    MirrorFixture mirror = new MirrorFixture(128, UNSYNCED);
    mirror.disk(1).hold(Op.WRITE);
    mirror.resume();
    MirrorFixture.awaitEquals(1, () -> mirror.disk(1).held());
    CompletableFuture<Integer> sameRegion = mirror.write(5, 1, 0x11);
    CompletableFuture<Integer> nextRegion = mirror.write(69, 1, 0x22);
    assertEquals(0, answer(nextRegion), "a region that is not in sync has one leg");
    assertEquals(0, mirror.disk(1).at(269));
    assertFalse(sameRegion.isDone());
    mirror.disk(1).releaseHeld();
    assertEquals(0, answer(sameRegion));
    assertEquals(0x11, mirror.disk(1).at(205));
    mirror.awaitStatus("2 8:0 8:1 2/2 1 AA 1 core");
    assertEquals(0x22, mirror.disk(1).at(269));
  }

  @Test
  void recoveryWaitsForWritesUnderWay() {
    MirrorFixture mirror = new MirrorFixture(64, UNSYNCED);
    mirror.disk(0).hold(Op.WRITE);
    CompletableFuture<Integer> write = mirror.write(5, 1, 0x11);
    mirror.resume();
    assertFalse(mirror.seen().contains("0 READ 100+64"));
    mirror.disk(0).releaseHeld();
    assertEquals(0, answer(write));
    mirror.awaitStatus("2 8:0 8:1 1/1 1 AA 1 core");
    assertEquals(0x11, mirror.disk(1).at(205));
  }

  @Test
  void writesToTheSameSectorsReachTheLegsInOneOrder() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED).resume();
    assertEquals(0, answer(mirror.write(10, 1, 0x11)));
    mirror.disk(1).hold(Op.WRITE);
    CompletableFuture<Integer> first = mirror.write(10, 4, 0x22);
    CompletableFuture<Integer> second = mirror.write(12, 4, 0x33);
    CompletableFuture<Integer> elsewhere = mirror.write(16, 4, 0x44);
    assertEquals(2, mirror.disk(1).held(), "first and elsewhere");
    assertEquals(0x22, mirror.disk(0).at(112));
    assertEquals(0x44, mirror.disk(0).at(116));
    mirror.disk(1).releaseHeld();
    for (CompletableFuture<Integer> write : List.of(first, second, elsewhere)) {
      assertEquals(0, answer(write));
    }
    assertEquals(0x33, mirror.disk(0).at(112));
    assertEquals(0x33, mirror.disk(1).at(212));
  }

  @Test
  void aWriteThatWaitsForAHeldOneIsHeldToo() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 1 handle_errors").resume();
    mirror.disk(1).fail(Op.WRITE);
    CompletableFuture<Integer> held = mirror.write(10, 2, 0x55);
    CompletableFuture<Integer> over = mirror.write(11, 2, 0x66);
    mirror.awaitStatus("2 8:0 8:1 15/16 1 AD 1 core");
    mirror.context.noflushSuspending(true);
    mirror.suspend();
    assertEquals(Outcome.REQUEUE.number(), answer(held));
    assertEquals(Outcome.REQUEUE.number(), answer(over));
  }

  @Test
  void aFailedReadIsTriedOnAnotherLeg() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 1 handle_errors").resume();
    answer(mirror.write(10, 1, 0x55));
    mirror.seen();
    mirror.disk(0).fail(Op.READ);
    assertEquals(0x55, mirror.read(10));
    assertEquals(List.of("0 READ 110+1 fails", "1 READ 210+1"), mirror.seen());
    assertEquals("2 8:0 8:1 16/16 1 RA 1 core", mirror.target.info());
    assertEquals(1, mirror.context.events());
    assertEquals(0x55, mirror.read(10));
    assertEquals(List.of("1 READ 210+1"), mirror.seen());
    mirror.disk(1).fail(Op.READ);
    assertEquals(-EIO, mirror.read(10), "All replicated volumes dead, failing I/O");
    assertEquals("2 8:0 8:1 16/16 1 RR 1 core", mirror.target.info());
  }

  @Test
  void aRegionThatIsNotInSyncIsReadFromTheFirstLegOnly() {
    MirrorFixture mirror = new MirrorFixture(1000, UNSYNCED);
    mirror.disk(0).fail(Op.READ);
    assertEquals(-EIO, mirror.read(10));
    assertEquals(List.of("0 READ 110+1 fails"), mirror.seen());
  }

  @Test
  void withoutHandleErrorsAWriteThatReachedOneLegSucceeds() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED).resume();
    mirror.disk(1).fail(Op.WRITE);
    assertEquals(0, answer(mirror.write(10, 1, 0x55)));
    assertEquals("2 8:0 8:1 15/16 1 AD 1 core", mirror.target.info());
    assertEquals(0, mirror.context.events());
    mirror.seen();
    assertEquals(0, answer(mirror.write(11, 1, 0x55)));
    assertEquals(List.of("0 WRITE 111+1"), mirror.seen(), "the region has one leg now");
  }

  @Test
  void aWriteThatReachedNoLegFails() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 1 handle_errors").resume();
    mirror.disk(0).fail(Op.WRITE);
    mirror.disk(1).fail(Op.WRITE);
    assertEquals(EIO, answer(mirror.write(10, 1, 0x55)));
    assertEquals("2 8:0 8:1 15/16 1 DD 1 core", mirror.target.info());
  }

  @Test
  void withHandleErrorsItIsHeldUntilTheSuspend() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 1 handle_errors").resume();
    mirror.disk(0).fail(Op.WRITE);
    CompletableFuture<Integer> held = mirror.write(10, 1, 0x55);
    mirror.awaitStatus("2 8:0 8:1 15/16 1 DA 1 core");
    CompletableFuture<Integer> sameRegion = mirror.write(11, 1, 0x66);
    mirror.awaitEvents(1);
    assertFalse(held.isDone());
    mirror.context.noflushSuspending(true);
    mirror.suspend();
    assertEquals(Outcome.REQUEUE.number(), answer(held));
    assertEquals(Outcome.REQUEUE.number(), answer(sameRegion));
  }

  @Test
  void aFlushingSuspendFailsWhatIsHeld() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 1 handle_errors").resume();
    mirror.disk(1).fail(Op.WRITE);
    CompletableFuture<Integer> held = mirror.write(10, 1, 0x55);
    mirror.awaitStatus("2 8:0 8:1 15/16 1 AD 1 core");
    mirror.suspend();
    assertEquals(EIO, answer(held));
  }

  @Test
  void withKeepLogItSucceedsAndTheRegionIsRecoveredByTheNextResume() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 2 handle_errors keep_log").resume();
    mirror.disk(1).fail(Op.WRITE);
    assertEquals(0, answer(mirror.write(10, 1, 0x55)));
    assertEquals("2 8:0 8:1 15/16 1 AD 1 core", mirror.target.info());
    mirror.awaitEvents(1);
    mirror.disk(1).fail();
    mirror.suspend();
    mirror.resume();
    mirror.awaitStatus("2 8:0 8:1 16/16 1 AA 1 core");
    mirror.awaitEvents(2);
    assertEquals(0x55, mirror.disk(1).at(210));
  }

  @Test
  void whatOnlyANewDefaultLegHoldsIsNotAnsweredBeforeARestartWouldKnowTheLeg() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 2 handle_errors keep_log").resume();
    mirror.context.remembers(false);
    mirror.disk(0).fail(Op.WRITE);
    assertEquals(EIO, answer(mirror.write(10, 1, 0x55)));
    assertEquals(EIO, answer(mirror.write(11, 1, 0x55)), "the region has its default leg alone");
    mirror.context.remembers(true);
    mirror.seen();
    assertEquals(0, answer(mirror.write(12, 1, 0x55)));
    assertEquals(List.of("1 WRITE 212+1"), mirror.seen());
    assertEquals(0x55, mirror.read(12));
    mirror.disk(0).fail();
  }

  @Test
  void aFailedCopyLeavesTheRegionOutOfSync() {
    MirrorFixture mirror = new MirrorFixture(192, UNSYNCED + " 1 handle_errors");
    mirror.disk(1).fail(Op.WRITE);
    mirror.resume();
    mirror.awaitStatus("2 8:0 8:1 0/3 1 AS 1 core");
    mirror.awaitEvents(1);
    mirror.suspend();
    mirror.disk(1).fail();
    mirror.resume();
    mirror.awaitStatus("2 8:0 8:1 3/3 1 AA 1 core");
  }

  @Test
  void errorsThatAreNotHandledSpareAsMuchAsPossible() {
    MirrorFixture mirror = new MirrorFixture(192, UNSYNCED);
    mirror.disk(0).fill(100, 192, 0x77);
    mirror.disk(0).unreadable(100 + 70);
    mirror.resume();
    mirror.awaitStatus("2 8:0 8:1 3/3 1 AA 1 core"); // errors of before are forgotten
    for (int sector = 0; sector < 192; sector++) {
      boolean lost = sector >= 64 && sector < 72;
      assertEquals(lost ? 0 : 0x77, mirror.disk(1).at(200 + sector), "sector " + sector);
    }
  }

  @Test
  void aFailedDiscardIsNotSupportedAndNoFaultOfALeg() {
    MirrorFixture mirror = new MirrorFixture(1000, SYNCED + " 1 handle_errors").resume();
    mirror.disk(1).fail(Op.DISCARD);
    assertEquals(Errno.EOPNOTSUPP.number(), answer(mirror.submit(Op.DISCARD, 0, 8, 0)));
    assertEquals("2 8:0 8:1 16/16 1 AA 1 core", mirror.target.info());
  }

  @Test
  void aSuspendWaitsForTheCopyUnderWay() throws Exception {
    MirrorFixture mirror = new MirrorFixture(192, UNSYNCED);
    mirror.disk(1).hold(Op.WRITE);
    mirror.resume();
    MirrorFixture.awaitEquals(1, () -> mirror.disk(1).held());
    Thread suspend = new Thread(mirror::suspend);
    suspend.start();
    MirrorFixture.awaitEquals(Thread.State.WAITING, suspend::getState);
    mirror.disk(1).releaseHeld();
    suspend.join();
    assertEquals("2 8:0 8:1 1/3 1 AA 1 core", mirror.target.info());
    mirror.resume();
    mirror.awaitStatus("2 8:0 8:1 3/3 1 AA 1 core");
  }
}
