package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jdmsetup.it.world.KernelWorld;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.Test;

/**
 * The packaged launcher in front of the real kernel: a session, command by command beside the C
 * tool's.
 */
final class KernelLauncherIT {
  @Test
  void aSessionByTheLauncher() {
    KernelWorld world = KernelWorld.get();
    Programs.Result result = world.script("launcher");
    assertEquals(
        """
        standard output:
        same
        lines of standard error that ours does not have:
        """,
        result.out(),
        () -> result.err() + world.explanation());
  }
}
