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

/** Leeuw's tutorial, word for word, in both worlds: {@code guest/tutorial.sh}. */
final class TutorialIT {
  private static final long FIRST = Disks.SECTORS.get(0);
  private static final long SECOND = Disks.SECTORS.get(1);

  private static final String EXPECTED =
      """
      %1$d
      0 %1$d linear 0
      hello from the tutorial
      %2$d
      read back
      %3$d
      %4$d
      0 %1$d linear\s
      %1$d %5$d linear\s
      Name:              joined
      State:             ACTIVE
      Tables present:    LIVE
      Open count:        0
      Event number:      0
      Number of targets: 2

      joined
      No devices found
      """
          .formatted(FIRST, FIRST + SECOND, FIRST / 2, SECOND + FIRST / 2, SECOND);

  @Test
  void onTheKernel() {
    KernelWorld world = KernelWorld.get();
    Programs.Result result = world.script("tutorial");
    assertEquals(new Programs.Result(0, EXPECTED, ""), result, world::explanation);
  }

  @Test
  void inTheEngine() throws Exception {
    Requirement.blockNodes();
    Needs.tools("losetup", "blockdev", "mkfs.ext4", "unshare");
    try (EngineWorld world = EngineWorld.open()) {
      String first = world.disk("/dev/loop1", FIRST);
      String second = world.disk("/dev/loop2", SECOND);
      String script =
          Resources.text("/guest/tutorial.sh")
              .replace("/dev/loop1", "$FIRST")
              .replace("/dev/loop2", "$SECOND");
      world.set("FIRST", first);
      world.set("SECOND", second);
      Programs.Result result = world.privately(script);
      assertEquals(EXPECTED, result.out(), result.err());
      assertEquals(0, result.status(), result.err());
    }
  }
}
