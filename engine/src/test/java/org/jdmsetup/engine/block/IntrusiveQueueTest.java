package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * A queue whose elements carry their links: their order, whatever is put in, taken out and moved.
 */
final class IntrusiveQueueTest {

  private static final class Letter extends IntrusiveQueue.Link<Letter> {
    private final String text;

    Letter(String text) {
      this.text = text;
    }
  }

  private final IntrusiveQueue<Letter> queue = new IntrusiveQueue<>();

  private static String drained(IntrusiveQueue<Letter> queue) {
    StringBuilder all = new StringBuilder();
    for (Letter letter = queue.poll(); letter != null; letter = queue.poll()) {
      all.append(letter.text);
    }
    return all.toString();
  }

  private static IntrusiveQueue<Letter> of(String letters) {
    IntrusiveQueue<Letter> made = new IntrusiveQueue<>();
    for (String letter : letters.split("")) {
      made.add(new Letter(letter));
    }
    return made;
  }

  @Test
  void whatCameFirstIsTakenFirst() {
    queue.add(new Letter("b"));
    queue.add(new Letter("c"));
    queue.addFirst(new Letter("a"));
    assertEquals("a", queue.peek().text);
    assertEquals("abc", drained(queue));
    assertTrue(queue.isEmpty());
    assertNull(queue.peek());
  }

  @Test
  void whatIsTakenOutCanBeQueuedAgain() {
    queue.addFirst(new Letter("a"));
    queue.add(new Letter("b"));
    queue.add(queue.poll());
    assertEquals("ba", drained(queue));
    queue.add(new Letter("c"));
    assertEquals("c", drained(queue));
  }

  @Test
  void allOfAnotherQueueAreMovedToTheEnd() {
    IntrusiveQueue<Letter> other = of("cd");
    queue.addAll(of("ab"));
    queue.addAll(other);
    assertTrue(other.isEmpty());
    other.add(new Letter("x"));
    queue.addAll(new IntrusiveQueue<>());
    queue.add(new Letter("e"));
    assertEquals("abcde", drained(queue));
    assertEquals("x", drained(other));
  }
}
