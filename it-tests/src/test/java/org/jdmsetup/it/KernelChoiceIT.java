package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jdmsetup.it.world.KernelWorld;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.Test;

/**
 * A kernel whose device mapper is not loaded yet is the driver all the same, for the C tool and for
 * ours; where it cannot be loaded, ours is served by the engine.
 */
final class KernelChoiceIT {
  @Test
  void theModuleIsLoadedAsTheCToolHasItLoaded() {
    KernelWorld world = KernelWorld.get();
    Programs.Result result = world.script("choice");
    assertEquals(
        """
        status 0
        crw------- 10, 236
        x: 0 8 zero\s
        status 0
        crw------- 10, 236
        x: 0 8 zero\s
        status 0
        """,
        result.out(),
        () -> result.err() + world.explanation());
  }
}
