package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jdmsetup.it.world.KernelWorld;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.Test;

/**
 * The C tools on the engine: dmsetup and LVM2, as they come with the system, on a control node that
 * the engine offers through CUSE, beside the same sessions on the kernel's.
 */
final class CuseIT {
  @Test
  void theCToolsDriveTheEngineAsTheyDriveTheKernel() {
    KernelWorld world = KernelWorld.get();
    Programs.Result result = world.script("cuse");
    assertEquals(
        """
        the daemon: ready
        dmsetup, written:
        same
        LVM2, snapshot:
        same
        the daemon has gone, and its node
        """,
        result.out(),
        () -> result.err() + world.explanation());
  }
}
