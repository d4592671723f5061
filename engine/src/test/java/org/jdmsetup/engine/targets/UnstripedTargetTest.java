package org.jdmsetup.engine.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.Request;
import org.junit.jupiter.api.Test;

/** {@code unstriped}: the example of the kernel document admin-guide/device-mapper/unstriped. */
final class UnstripedTargetTest {
  private final List<String> seen = new ArrayList<>();

  private List<String> reads(String params, long... sectors) {
    Target target =
        new TestContext(16, ref -> new RecordingDisk(ref, seen)).make("unstriped", params);
    seen.clear();
    for (long sector : sectors) {
      target.submit(new Request(r -> {}).start(Request.Op.READ, sector, 1, 0), 0);
    }
    return List.copyOf(seen);
  }

  @Test
  void chunksOfOtherStripesAreSkipped() {
    assertEquals(
        List.of("8:0 100+1", "8:0 103+1", "8:0 112+1", "8:0 137+1"),
        reads("3 4 0 8:0 100", 0, 3, 4, 13));
    assertEquals(
        List.of("8:0 108+1", "8:0 111+1", "8:0 120+1", "8:0 145+1"),
        reads("3 4 2 8:0 100", 0, 3, 4, 13));
  }

  @Test
  void aStripeBehindTheLastIsTheFirstFromItsSecondRowOn() {
    assertEquals(List.of("8:0 12+1", "8:0 24+1"), reads("3 4 3 8:0 0", 0, 4));
  }

  @Test
  void offsetsGoBeyond32Bits() {
    assertEquals(
        List.of("8:0 17179869180+1", "8:0 34359738360+1"),
        reads("4294967295 4 4294967295 8:0 0", 0, 4));
  }

  @Test
  void readsAndWritesAreCutAtChunksAndTheTableIsPrintedBack() {
    Target target =
        new TestContext(16, ref -> new RecordingDisk(ref, seen))
            .make("unstriped", "3 4 2 8:0 0100");
    assertEquals(4, target.maxIoLength().count());
    assertEquals("3 4 2 8:0 100", target.table());
    assertEquals("", target.info());
    assertEquals(0, target.copies(Request.Op.DISCARD));
  }
}
