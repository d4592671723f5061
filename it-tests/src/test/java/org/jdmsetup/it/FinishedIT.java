package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jdmsetup.it.world.Disks;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.KernelWorld;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.it.world.Resources;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.Test;

/**
 * Work in the background that a user waits for, or takes away too early, in both worlds: {@code
 * guest/finished.sh}.
 */
final class FinishedIT {
  private static final String HALF =
      "the origin is neither what it was nor what the snapshot is, and SIZE are still in the store."
          + " Make the same snapshot-merge table again to finish it.\n";

  private static final String REMOVED =
      "dmsetup: data was removed before its merge was finished: " + HALF;
  private static final String REPLACED =
      "dmsetup: data got another table before its merge was finished: " + HALF;

  private static final String EXPECTED =
      REMOVED
          + REPLACED
          + REPLACED
          + "interrupted 130\n"
          + REMOVED
          + """
            removed 1
            dmsetup: data is suspended: its merge goes on when it is resumed.
            Command failed.
            dmsetup: data: it was removed or renamed before its merge was seen to be finished.
            finished 0
            0 8192 snapshot-merge 32/12289 32
            finished 0
            dmsetup: pair got another table before its resync was finished: its legs are not all the same yet, and SIZE are on the first alone.
            finished 0
            mirror 2 4/4
            Command failed.
            dmsetup: pair: the resync has failed: leg N failed while it was made the same as the others.
            No devices found
            """;

  @Test
  void onTheKernel() {
    KernelWorld world = KernelWorld.get();
    Programs.Result result = world.script("finished");
    assertEquals(EXPECTED, result.out(), world::explanation);
  }

  @Test
  void inTheEngine() throws Exception {
    Requirement.blockNodes();
    Needs.tools("script", "timeout");
    try (EngineWorld world = EngineWorld.open()) {
      world.set("FIRST", world.disk("/dev/loop1", Disks.SECTORS.get(0)));
      world.set("SECOND", world.disk("/dev/loop2", Disks.SECTORS.get(1)));
      String script =
          Resources.text("/guest/finished.sh")
              .replace("/dev/loop1", "$FIRST")
              .replace("/dev/loop2", "$SECOND");
      Programs.Result result = world.privately(script);
      assertEquals(EXPECTED, result.out(), result.err());
    }
  }
}
