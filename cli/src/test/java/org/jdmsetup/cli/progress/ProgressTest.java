package org.jdmsetup.cli.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;

/** How far targets have come, by the status that they print; and the line that people see of it. */
class ProgressTest {
  private static final long SECOND = 1_000_000_000;

  private static Progress of(String type, String status) {
    return Progress.of(List.of(new TargetSpec(Sectors.ZERO, new Sectors(8192), type, status)))
        .get(0);
  }

  @Test
  void aMergeIsFinishedWhenOnlyMetadataIsInUse() {
    assertEquals(2032, of("snapshot-merge", "2064/204800 32").left().count());
    assertFalse(of("snapshot-merge", "2064/204800 32").isFinished());
    assertTrue(of("snapshot-merge", "32/204800 32").isFinished());
    for (String bad : List.of("Invalid", "Merge failed", "Overflow", "Unknown", "", "1/2")) {
      assertFalse(of("snapshot-merge", bad).isFinished(), bad);
    }
    String failure = of("snapshot-merge", "Merge failed").failure();
    assertTrue(failure.startsWith("something could not be read or written; nothing is lost"));
  }

  @Test
  void aMirrorIsFinishedWhenAllRegionsAreInSync() {
    Progress half = of("mirror", "2 8:16 8:32 4/8 1 AA 3 disk 8:48 A");
    assertEquals(4096, half.left().count());
    assertEquals(8192, half.total().count());
    assertFalse(half.isFinished());
    assertTrue(of("mirror", "2 8:16 8:32 8/8 1 AA 1 core").isFinished());
    assertTrue(of("mirror", "2 8:16 8:32 8/8 1 RA 1 core").isFinished());
    assertEquals("leg 8:32 failed a write", of("mirror", "2 8:16 8:32 8/8 1 AD 1 core").failure());
    for (String bad : List.of("", "2 8:16", "2 8:16 8:32 x/8 1 AA 1 core", "2 a b 1/2 1 A")) {
      assertFalse(of("mirror", bad).isFinished(), bad);
    }
  }

  /** A huge mirror never counts as finished before its last region is in sync. */
  @Test
  void oneRegionOfManyIsLeft() {
    TargetSpec rule =
        new TargetSpec(
            Sectors.ZERO, new Sectors(100), "mirror", "2 a b 999999999/1000000000 1 AA 1 core");
    assertFalse(Progress.of(List.of(rule)).get(0).isFinished());
  }

  @Test
  void otherTargetsHaveNothingToFinish() {
    assertEquals(
        List.of(), Progress.of(List.of(new TargetSpec(Sectors.ZERO, new Sectors(8), "zero", ""))));
  }

  @Test
  void aLineTellsHowMuchIsLeftHowFastItGoesAndHowLongItTakes() {
    ProgressLine line = new ProgressLine();
    assertEquals(
        "merge 0 %, 40.0 MiB left", line.next("merge", new Sectors(81920), Sectors.ZERO, 0));
    assertEquals(
        "merge 25 %, 30.0 MiB left, 10.0 MiB/s, 3 s to go",
        line.next("merge", new Sectors(61440), Sectors.ZERO, SECOND));
    assertEquals(
        "merge 25 %, 30.0 MiB left, 102.4 KiB/s, 5 min 0 s to go",
        line.next("merge", new Sectors(61440), Sectors.ZERO, 100 * SECOND));
    assertEquals(
        "resync 50 %, 1.0 TiB left",
        new ProgressLine().next("resync", new Sectors(1L << 31), new Sectors(1L << 32), 0));
  }
}
