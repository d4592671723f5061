package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Threads that have a name, and keep no process from ending. */
class DaemonThreadsTest {

  @Test
  void theyAreDaemons() {
    Thread one = DaemonThreads.of(() -> {}, "one");
    Thread other = DaemonThreads.named("other").newThread(() -> {});
    assertEquals("one", one.getName());
    assertEquals("other", other.getName());
    assertTrue(one.isDaemon());
    assertTrue(other.isDaemon());
  }
}
