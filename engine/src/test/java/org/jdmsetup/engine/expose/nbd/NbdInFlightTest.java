package org.jdmsetup.engine.expose.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a device keeps of a connection's requests is counted, answered once, and waited for. */
@Timeout(60)
class NbdInFlightTest {
  private static final long HALF = NbdInFlight.ALLOWANCE / 2;

  private final MemoryDevice device = new MemoryDevice(1 << 16);
  private final NbdInFlight inFlight = new NbdInFlight(device);

  @BeforeEach
  void hold() {
    device.hold();
  }

  /** A flush that the device keeps. */
  private NbdOp kept(long cost) {
    NbdOp op = inFlight.takeOp().prepare(1, null, false, 0, 0);
    op.cost = cost;
    assertFalse(op.start(Request.Op.FLUSH, 0, 0, false, false));
    return op;
  }

  /** Runs a wait on a thread that is interrupted while it waits; what it waits for comes later. */
  private static void interrupted(Runnable wait, Runnable later) throws InterruptedException {
    AtomicBoolean still = new AtomicBoolean();
    Thread thread =
        new Thread(
            () -> {
              wait.run();
              still.set(Thread.currentThread().isInterrupted());
            });
    thread.start();
    thread.interrupt();
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(thread.isAlive(), "the interrupt ended the wait");
      Thread.onSpinWait();
    }
    later.run();
    thread.join();
    assertTrue(still.get());
  }

  @Test
  void onlyTheFirstOneHasSomebodyBeginToAnswer() {
    assertTrue(inFlight.add(HALF));
    assertFalse(inFlight.add(HALF));
  }

  @Test
  void whatIsDoneIsAnsweredInOrderAndUsedAgain() {
    NbdOp one = kept(HALF);
    inFlight.add(HALF);
    NbdOp two = kept(HALF);
    inFlight.add(HALF);
    assertFalse(inFlight.hasRoom(1));
    device.release();
    assertSame(one, inFlight.nextDone());
    assertFalse(inFlight.noneDone());
    assertSame(two, inFlight.nextDone());
    assertTrue(inFlight.noneDone());
    inFlight.answered(one);
    assertTrue(inFlight.hasRoom(HALF));
    inFlight.answered(two);
    assertSame(two, inFlight.takeOp());
    inFlight.end();
    assertNull(inFlight.nextDone());
  }

  @Test
  void oneThatIsLargerThanTheAllowanceMayGoAlone() {
    assertTrue(inFlight.hasRoom(NbdInFlight.ALLOWANCE + 1));
    inFlight.add(1);
    assertFalse(inFlight.hasRoom(NbdInFlight.ALLOWANCE));
    assertTrue(inFlight.hasRoom(NbdInFlight.ALLOWANCE - 1));
  }

  @Test
  void anInterruptDoesNotLetGoOfADeviceThatIsStillAtWork() throws InterruptedException {
    NbdOp op = kept(HALF);
    inFlight.add(HALF);
    interrupted(
        inFlight::end,
        () -> {
          device.release();
          inFlight.answered(inFlight.nextDone());
        });
    assertEquals(0, op.outcome.number());
  }

  @Test
  void anInterruptMakesNoRoom() throws InterruptedException {
    NbdOp op = kept(HALF);
    inFlight.add(HALF);
    interrupted(() -> inFlight.awaitRoom(NbdInFlight.ALLOWANCE), () -> inFlight.answered(op));
  }

  @Test
  void anInterruptDoesNotEndTheAnswering() throws InterruptedException {
    NbdOp op = kept(HALF);
    inFlight.add(HALF);
    interrupted(() -> assertSame(op, inFlight.nextDone()), device::release);
  }
}
