package org.jdmsetup.tables.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;

/** {@code mirror}: what its parameters mean; measured-tables.txt has what kernels refuse. */
class MirrorParamsTest {

  private static MirrorParams parse(String params) throws ParamsException {
    return (MirrorParams) TargetParams.parse("mirror", new Sectors(1000), params);
  }

  @Test
  void aDiskLogIsADeviceLikeTheLegs() throws ParamsException {
    MirrorParams params = parse("disk 3 8:48 64 nosync 2 8:16 5 /dev/sdc 0 1 handle_errors");
    assertEquals(16, params.regions());
    assertEquals(1024 + 8, params.logBytes());
    assertEquals(MirrorParams.Sync.NOSYNC, params.sync());
    assertEquals(
        List.of("8:48 0 3", "8:16 5 1000", "/dev/sdc 0 1000"),
        params.devices().stream()
            .map(use -> use.device() + " " + use.start() + " " + use.length())
            .toList());
    assertEquals("disk 3 8:48 64 nosync 2 8:16 5 /dev/sdc 0 1 handle_errors", params.text());
  }

  @Test
  void otherLogsMayExistSomewhere() {
    for (String type : List.of("userspace", "clustered-disk", "flat")) {
      ParamsException e =
          assertThrows(ParamsException.class, () -> parse(type + " 1 64 2 8:16 0 8:32 0"));
      assertEquals("Error creating mirror dirty log", e.kernelText());
      assertEquals("Module for logging type '" + type + "' not found.", e.found());
      assertFalse(e.certain());
    }
  }

  @Test
  void theReasonSaysWhatIsWrongWithTheLog() {
    ParamsException region =
        assertThrows(ParamsException.class, () -> parse("core 1 100 2 8:16 0 8:32 0"));
    assertEquals(
        "invalid region size 100: expected a power of two from 2 to the rule's 1000 sectors",
        region.getMessage());
    ParamsException count =
        assertThrows(ParamsException.class, () -> parse("disk 1 64 2 8:16 0 8:32 0"));
    assertEquals(
        "wrong number of arguments to disk dirty region log: 1: expected 2 or 3: a device, a region"
            + " size, and perhaps sync or nosync",
        count.getMessage());
  }
}
