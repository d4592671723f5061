package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.jdmsetup.engine.block.DiskHistory;
import org.jdmsetup.engine.block.PowerCuts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines whose power is cut under load: what was flushed is there afterwards. */
final class PowerCutTest {
  private static final int SECTORS = 256;

  @TempDir Path directory;

  private final PowerCuts cuts = new PowerCuts();

  /** Two threads on a device of these rules, and every state of its two disks after a power cut. */
  private int survives(byte[] before, String... table) throws Exception {
    Reboots reboots = new Reboots(directory);
    try (EngineFixture engine = reboots.engine(cuts.disks())) {
      MappedDevice device = engine.device("vol", table);
      DiskHistory users = cuts.users(before);
      cuts.use(device, users, 150);
      cuts.use(device, users, 150);
      cuts.await();
      cuts.cut();
      return cuts.check(
          (moment, disks) -> {
            try (EngineFixture again = reboots.engine(disks)) {
              PowerCuts.compare(users, moment, PowerCuts.read(again.device("vol", table)));
            }
          });
    }
  }

  @Test
  void linear() throws Exception {
    cuts.disk(new byte[SECTORS * 512]);
    cuts.disk(new byte[SECTORS * 512]);
    int states = survives(new byte[SECTORS * 512], "0 37 linear 8:16 9", "37 219 linear 8:0 1");
    assertTrue(states >= 100, states + " states");
  }

  @Test
  void striped() throws Exception {
    cuts.disk(new byte[SECTORS * 512]);
    cuts.disk(new byte[SECTORS * 512]);
    int states = survives(new byte[SECTORS * 512], "0 256 striped 2 8 8:0 3 8:16 5");
    assertTrue(states >= 100, states + " states");
  }
}
