package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jdmsetup.it.world.KernelWorld;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.Test;

/** A {@code create} that a signal ends leaves the whole device or nothing. */
final class KernelInterruptIT {
  @Test
  void nothingHalfDoneIsLeft() {
    KernelWorld world = KernelWorld.get();
    Programs.Result result = world.script("interrupt");
    assertEquals(
        """
        HUP: status 129, nothing
        INT: status 130, nothing
        TERM: status 143, nothing
        as it should be
        """,
        result.out(),
        () -> result.err() + world.explanation());
  }
}
