package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.Test;

/** What is thrown completes a request once, and only for who has it. */
final class RequestTest {
  private final List<Request> told = new ArrayList<>();
  private final Request request = new Request(told::add).start(Request.Op.READ, 0, 1, 0);

  private static RuntimeException thrown() {
    return new IllegalStateException("thrown by a test");
  }

  private static boolean goWrong(Request done, long cookie) {
    throw thrown();
  }

  @Test
  void whoThrowsAndHasItFailsIt() {
    request.submitTo(
        r -> {
          throw thrown();
        });
    assertFalse(request.detach());
    assertEquals(Errno.EIO.number(), request.outcome().number());
  }

  @Test
  void whoCompletedItMayThrow() {
    request.submitTo(
        r -> {
          r.complete(Outcome.DONE);
          throw thrown();
        });
    assertFalse(request.detach());
    assertEquals(0, request.outcome().number());
  }

  @Test
  void whatSomebodyKeepsIsLeftAlone() {
    RequestList kept = new RequestList();
    request.submitTo(
        r -> {
          kept.add(r);
          throw thrown();
        });
    assertTrue(request.detach());
    assertTrue(told.isEmpty());
    kept.poll().complete(Outcome.DONE);
    assertEquals(List.of(request), told);
    assertEquals(0, request.outcome().number());
  }

  @Test
  void aStageThatThrowsFailsItForThoseAbove() {
    List<Integer> seen = new ArrayList<>();
    request.push(
        (done, cookie) -> {
          seen.add(done.outcome().number());
          return true;
        },
        0);
    request.push(RequestTest::goWrong, 0);
    request.complete(Outcome.DONE);
    assertEquals(List.of(Errno.EIO.number()), seen);
    assertFalse(request.detach());
  }

  @Test
  void aStageThatKeptItMayThrow() {
    RequestList kept = new RequestList();
    request.push(
        (done, cookie) -> {
          kept.add(done);
          throw thrown();
        },
        0);
    request.complete(Outcome.DONE);
    assertTrue(request.detach());
    kept.poll().complete(Outcome.DONE);
    assertEquals(0, request.outcome().number());
    assertEquals(List.of(request), told);
  }

  @Test
  void partsThatFailFailTheWhole() {
    new Splitter()
        .cut(
            request.start(Request.Op.READ, 0, 24, 0),
            8,
            part -> {
              if (part.sector() == 8) {
                throw thrown();
              }
              part.complete(Outcome.DONE);
            });
    assertFalse(request.detach());
    assertEquals(Errno.EIO.number(), request.outcome().number());
  }
}
