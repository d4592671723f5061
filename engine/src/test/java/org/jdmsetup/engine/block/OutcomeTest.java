package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.Test;

/**
 * How requests end: one object for each error number, and what is done or requeued is none of them.
 */
final class OutcomeTest {

  @Test
  void thereIsOneObjectForEachErrorNumber() {
    for (Errno errno : Errno.values()) {
      Outcome failed = Outcome.failed(errno);
      assertSame(failed, Outcome.of(errno.number()));
      assertEquals(errno.number(), failed.number());
      assertTrue(failed.is(errno));
      assertTrue(failed.isFailure());
      assertFalse(failed.isDone());
    }
    assertSame(Outcome.EIO, Outcome.failed(Errno.EIO));
  }

  @Test
  void noErrorNumberMeansDone() {
    assertSame(Outcome.DONE, Outcome.of(0));
    assertTrue(Outcome.DONE.isDone());
    assertFalse(Outcome.DONE.isFailure());
    assertEquals(0, Outcome.DONE.number());
  }

  @Test
  void toBeRequeuedIsNeitherDoneNorAFailure() {
    assertFalse(Outcome.REQUEUE.isDone());
    assertFalse(Outcome.REQUEUE.isFailure());
    assertEquals("requeue", Outcome.REQUEUE.toString());
  }

  @Test
  void aNumberThatErrnoDoesNotKnowIsAnIoError() {
    assertSame(Outcome.EIO, Outcome.of(4095));
    assertEquals("Input/output error", Outcome.of(4095).toString());
  }
}
