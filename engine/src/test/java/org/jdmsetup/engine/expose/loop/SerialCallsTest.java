package org.jdmsetup.engine.expose.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Calls come one after another, whatever becomes of those before. */
class SerialCallsTest {
  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final SerialCalls calls = new SerialCalls("loop7", threads::add);
  private final List<String> done = new ArrayList<>();

  @Test
  void oneThatWaitsHoldsThoseBehindIt() {
    calls.enqueue(() -> done.add("first"));
    CompletableFuture<Void> second = calls.enqueue(() -> done.add("second"));
    assertEquals(1, threads.size());
    threads.poll().run();
    assertEquals(List.of("first"), done);
    assertFalse(second.isDone());
    threads.poll().run();
    assertEquals(List.of("first", "second"), done);
    assertTrue(calls.awaitAll());
  }

  @Test
  void oneThatFailsIsToldToWhoWaitsAndHoldsNobody() {
    calls.enqueue(
        () -> {
          throw new IllegalArgumentException("no such device");
        });
    threads.poll().run();
    IllegalStateException failure = assertThrows(IllegalStateException.class, calls::awaitAll);
    assertEquals("no such device", failure.getCause().getMessage());
    calls.enqueue(() -> done.add("next"));
    threads.poll().run();
    assertTrue(calls.awaitAll());
    assertEquals(List.of("next"), done);
  }

  @Test
  void whoIsInterruptedDoesNotWait() {
    calls.enqueue(() -> done.add("never"));
    Thread.currentThread().interrupt();
    assertFalse(calls.awaitAll());
    assertTrue(Thread.interrupted());
  }
}
