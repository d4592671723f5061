package org.jdmsetup.ioctl.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SwapAreasTest {
  @Test
  void everyLineButTheHeadingBeginsWithAPath() {
    List<String> lines =
        List.of(
            "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority",
            "/dev/dm-3                               partition\t1048572\t\t0\t\t-2",
            "/swap\\040file                           file\t\t524284\t\t0\t\t-3");
    assertEquals(List.of("/dev/dm-3", "/swap\\040file"), SwapAreas.of(lines));
    assertEquals(List.of(), SwapAreas.of(lines.subList(0, 1)));
  }
}
