package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jdmsetup.engine.block.DiskHistory;
import org.jdmsetup.engine.block.PowerCutDisk;
import org.jdmsetup.engine.block.PowerCuts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power cuts under a mirror with a log on disk: what was flushed is on it afterwards, and the log
 * covers every region in which the legs differ, so that they are the same once that is recovered.
 */
final class MirrorPowerCutTest {
  private static final int SECTORS = 256;
  private static final int REGION = 8;
  private static final int REGIONS = SECTORS / REGION;
  private static final String LEGS = "2 8:0 0 8:16 0 1 handle_errors";
  private static final String MIRROR = "0 256 mirror disk 2 8:32 8 " + LEGS;

  @TempDir Path directory;

  private final PowerCuts cuts = new PowerCuts(20);

  /**
   * @param second what the second leg holds at first
   * @param table of the mirror that is recorded
   */
  private int survives(byte[] second, String table, boolean forgetful, int every) throws Exception {
    PowerCutDisk first = cuts.disk(PowerCuts.filled(SECTORS, 1));
    cuts.disk(second);
    PowerCutDisk log = cuts.disk(new byte[16 * 512]);
    if (forgetful) {
      log.forgetFlushes();
    }
    Reboots reboots = new Reboots(directory);
    try (EngineFixture engine = reboots.engine(cuts.disks())) {
      MappedDevice device = engine.device("vol", table);
      DiskHistory users = cuts.users(first.history().before());
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++) {
          cuts.use(device, users, 60);
        }
        cuts.await();
        awaitSync(engine);
        awaitClean(log);
      }
      cuts.cut();
      PowerCuts.Check check = (moment, disks) -> check(reboots, users, moment, disks);
      return every == 0 ? cuts.check(check) : cuts.check(every, check);
    }
  }

  private static void check(
      Reboots reboots, DiskHistory users, int moment, List<PowerCutDisk> disks) throws Exception {
    checkLog(disks);
    try (EngineFixture again = reboots.engine(disks)) {
      MappedDevice device = again.device("vol", MIRROR);
      PowerCuts.compare(users, moment, PowerCuts.read(device));
      awaitSync(again);
      PowerCuts.compare(users, moment, PowerCuts.read(device));
      PowerCuts.compare(users, moment, disks.get(0).bytes());
      assertTrue(Arrays.equals(disks.get(0).bytes(), disks.get(1).bytes()), "the legs differ");
    }
  }

  /** Where the legs differ the log must have no bit, which would say that they do not. */
  private static void checkLog(List<PowerCutDisk> disks) {
    ByteBuffer log = ByteBuffer.wrap(disks.get(2).bytes()).order(ByteOrder.LITTLE_ENDIAN);
    boolean begun = log.getInt(0) == 0x4D695272;
    long known = begun ? log.getLong(8) : 0;
    for (int region = 0; region < REGIONS; region++) {
      boolean clean = region < known && (log.get(1024 + region / 8) >> region % 8 & 1) != 0;
      boolean same =
          Arrays.equals(
              disks.get(0).bytes(region * REGION, REGION),
              disks.get(1).bytes(region * REGION, REGION));
      assertTrue(same || !clean, "the legs differ in region " + region + ", which is clean");
    }
  }

  /** Until all regions are noted as clean. */
  private static void awaitClean(PowerCutDisk log) throws InterruptedException {
    while (ByteBuffer.wrap(log.bytes(2, 1)).getInt() != -1) {
      Thread.sleep(1);
    }
  }

  private static void awaitSync(EngineFixture engine) throws Exception {
    while (!engine.status("vol").get(0).contains(" " + REGIONS + "/" + REGIONS + " ")) {
      Thread.sleep(1);
    }
  }

  @Test
  void aMirrorInSync() throws Exception {
    String table = "0 256 mirror disk 3 8:32 8 nosync " + LEGS;
    int states = survives(PowerCuts.filled(SECTORS, 1), table, false, 0);
    assertTrue(states >= 100, states + " states");
  }

  @Test
  void aMirrorThatIsBeingRecovered() throws Exception {
    int states = survives(PowerCuts.filled(SECTORS, 2), MIRROR, false, 0);
    assertTrue(states >= 100, states + " states");
  }

  @Test
  void aLogThatIsNotFlushedIsFound() {
    String table = "0 256 mirror disk 3 8:32 8 nosync " + LEGS;
    AssertionError e =
        assertThrows(
            AssertionError.class, () -> survives(PowerCuts.filled(SECTORS, 1), table, true, 10));
    assertTrue(e.getMessage().contains("the legs differ in region "), e.getMessage());
  }
}
