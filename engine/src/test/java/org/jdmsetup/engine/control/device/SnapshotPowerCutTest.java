package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.DiskHistory;
import org.jdmsetup.engine.block.PowerCutDisk;
import org.jdmsetup.engine.block.PowerCuts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Power cuts under persistent snapshots: what was flushed to the origin, or to a snapshot, is there
 * afterwards, and a snapshot shows nothing of what was written to its origin; also while it is
 * merged.
 */
final class SnapshotPowerCutTest {
  private static final int SECTORS = 256;
  private static final int COW_SECTORS = 1024;
  private static final String ORIGIN = "0 256 snapshot-origin 8:0";

  @TempDir Path directory;

  private final PowerCuts cuts = new PowerCuts();
  private Reboots reboots;

  private static String snapshot(String type, int cow, int chunk) {
    return "0 256 " + type + " 8:0 8:" + 16 * cow + " P " + chunk;
  }

  /** A disk that was used for something else, but for its first sectors. */
  private static byte[] used(int sectors) {
    byte[] bytes = PowerCuts.filled(sectors, 99);
    Arrays.fill(bytes, 0, 8 * 512, (byte) 0);
    return bytes;
  }

  private static byte[] read(EngineFixture engine, String device) throws Exception {
    assertFalse(engine.status(device).get(0).contains("Invalid"), "the snapshot is invalid");
    return PowerCuts.read(engine.engine.devices().named(device));
  }

  // --- origin and snapshot in use ----------------------------------------------------------------

  /**
   * Users of an origin and users of its snapshot.
   *
   * @param every as {@link PowerCuts#check(int, PowerCuts.Check)}; 0 for the usual
   */
  private int survive(int chunk, boolean forgetful, int every) throws Exception {
    reboots = new Reboots(directory);
    byte[] before = cuts.disk(PowerCuts.filled(SECTORS, 1)).history().before();
    PowerCutDisk cow = cuts.disk(used(COW_SECTORS));
    if (forgetful) {
      cow.forgetFlushes();
    }
    try (EngineFixture engine = reboots.engine(cuts.disks())) {
      MappedDevice origin = engine.device("origin", ORIGIN);
      MappedDevice snapshot = engine.device("snap", snapshot("snapshot", 1, chunk));
      DiskHistory originUsers = cuts.users(before);
      DiskHistory snapshotUsers = cuts.users(before);
      for (int i = 0; i < 2; i++) {
        cuts.use(origin, originUsers, 60);
        cuts.use(snapshot, snapshotUsers, 60);
      }
      cuts.await();
      cuts.cut();
      PowerCuts.Check check =
          (moment, disks) -> {
            check(chunk, disks, moment, originUsers, snapshotUsers);
          };
      return every == 0 ? cuts.check(check) : cuts.check(every, check);
    }
  }

  private void check(
      int chunk,
      List<PowerCutDisk> disks,
      int moment,
      DiskHistory originUsers,
      DiskHistory snapshotUsers)
      throws Exception {
    byte[] onOrigin;
    byte[] onSnapshot;
    try (EngineFixture again = reboots.engine(disks)) {
      MappedDevice snapshot = again.device("snap", snapshot("snapshot", 1, chunk));
      MappedDevice origin = again.device("origin", ORIGIN);
      onOrigin = read(again, "origin");
      onSnapshot = read(again, "snap");
      PowerCuts.compare(originUsers, moment, onOrigin);
      PowerCuts.compare(snapshotUsers, moment, onSnapshot);
      // It can be used as if nothing had happened.
      change(origin, onOrigin, moment);
      change(snapshot, onSnapshot, moment + 1);
      assertArrayEquals(onOrigin, read(again, "origin"));
      assertArrayEquals(onSnapshot, read(again, "snap"));
    }
    try (EngineFixture third = reboots.engine(disks)) {
      third.device("snap", snapshot("snapshot", 1, chunk));
      assertArrayEquals(onSnapshot, read(third, "snap"), "the snapshot after its second life");
      assertArrayEquals(onOrigin, disks.get(0).bytes());
    }
  }

  /** Writes here and there, and to what the device is known to hold. */
  private static void change(BlockDevice device, byte[] known, int seed) {
    Random random = new Random(seed);
    DeviceIo io = new DeviceIo(device, 16);
    for (int i = 0; i < 6; i++) {
      int sectors = 1 + random.nextInt(16);
      int sector = random.nextInt(SECTORS - sectors);
      assertEquals(0, io.write(sector, sectors, 1_000_000 + seed * 10 + i));
      io.buffer().bytes().get(0, known, sector * 512, sectors * 512);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void anOriginAndItsSnapshot(int chunk) throws Exception {
    int states = survive(chunk, false, 0);
    assertTrue(states >= 100, states + " states");
  }

  @Test
  void anExceptionThatIsNotFlushedIsFound() {
    AssertionError e = assertThrows(AssertionError.class, () -> survive(8, true, 10));
    assertTrue(e.getMessage().startsWith("power cut at "), e.getMessage());
  }

  // --- merging -----------------------------------------------------------------------------------

  /** Origin, COW device and another COW device, with a snapshot to be merged on the first. */
  private List<PowerCutDisk> toBeMerged(int chunk) throws Exception {
    PowerCuts life = new PowerCuts();
    life.disk(PowerCuts.filled(SECTORS, 1));
    life.disk(used(COW_SECTORS));
    life.disk(used(COW_SECTORS));
    try (EngineFixture engine = reboots.engine(life.disks())) {
      MappedDevice snapshot = engine.device("snap", snapshot("snapshot", 1, chunk));
      DiskHistory users = life.users(PowerCuts.read(snapshot));
      life.use(snapshot, users, 60);
      life.use(snapshot, users, 60);
      life.await();
    }
    life.cut();
    return life.disks();
  }

  private static void awaitMerged(EngineFixture engine) throws Exception {
    while (true) {
      String[] words = engine.status("vol").get(0).split("[ /]");
      assertTrue(words.length > 5, String.join(" ", words));
      if (words[3].equals(words[5])) {
        return;
      }
      Thread.sleep(1);
    }
  }

  /**
   * A snapshot is merged, in use; another one of the same origin stays as it was.
   *
   * @param every as {@link PowerCuts#check(int, PowerCuts.Check)}; 0 for the usual
   */
  private int merges(int chunk, boolean forgetful, int every) throws Exception {
    reboots = new Reboots(directory);
    for (PowerCutDisk disk : toBeMerged(chunk)) {
      cuts.disk(disk.bytes());
    }
    if (forgetful) {
      cuts.disks().get(0).forgetFlushes();
    }
    String merge = snapshot("snapshot-merge", 1, chunk);
    byte[] before = cuts.disks().get(0).bytes();
    byte[] shown;
    try (EngineFixture engine = reboots.engine(copies(cuts.disks()))) {
      shown = PowerCuts.read(engine.device("snap", snapshot("snapshot", 1, chunk)));
    }
    try (EngineFixture engine = reboots.engine(cuts.disks())) {
      MappedDevice other = engine.device("other", snapshot("snapshot", 2, 8));
      assertArrayEquals(before, PowerCuts.read(other));
      MappedDevice device = engine.device("vol", merge);
      DiskHistory users = cuts.users(shown);
      DiskHistory nobody = cuts.users(before);
      cuts.use(device, users, 60);
      cuts.use(device, users, 60);
      cuts.await();
      awaitMerged(engine);
      cuts.cut();
      PowerCuts.Check check =
          (moment, disks) -> {
            try (EngineFixture again = reboots.engine(disks)) {
              again.device("other", snapshot("snapshot", 2, 8));
              PowerCuts.compare(nobody, moment, read(again, "other"));
              again.device("vol", merge);
              PowerCuts.compare(users, moment, read(again, "vol"));
              awaitMerged(again);
              PowerCuts.compare(users, moment, read(again, "vol"));
              PowerCuts.compare(nobody, moment, read(again, "other"));
            }
            PowerCuts.compare(users, moment, disks.get(0).bytes());
          };
      return every == 0 ? cuts.check(check) : cuts.check(every, check);
    }
  }

  private static List<PowerCutDisk> copies(List<PowerCutDisk> disks) {
    PowerCuts copies = new PowerCuts();
    disks.forEach(disk -> copies.disk(disk.bytes()));
    return copies.disks();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void aSnapshotThatIsBeingMerged(int chunk) throws Exception {
    int states = merges(chunk, false, 0);
    assertTrue(states >= 100, states + " states");
  }

  @Test
  void anOriginThatIsNotFlushedIsFound() {
    AssertionError e = assertThrows(AssertionError.class, () -> merges(8, true, 10));
    assertTrue(e.getMessage().startsWith("power cut at "), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void aMergeThatWasCutCanGoOnAsASnapshot(int chunk) throws Exception {
    reboots = new Reboots(directory);
    for (PowerCutDisk disk : toBeMerged(chunk)) {
      cuts.disk(disk.bytes());
    }
    byte[] shown;
    try (EngineFixture engine = reboots.engine(copies(cuts.disks()))) {
      shown = PowerCuts.read(engine.device("snap", snapshot("snapshot", 1, chunk)));
    }
    try (EngineFixture engine = reboots.engine(cuts.disks())) {
      MappedDevice device = engine.device("vol", snapshot("snapshot-merge", 1, chunk));
      DiskHistory users = cuts.users(shown);
      cuts.use(device, users, 60);
      cuts.await();
      awaitMerged(engine);
      cuts.cut();
      int states =
          cuts.check(
              (moment, disks) -> {
                byte[] known;
                try (EngineFixture again = reboots.engine(disks)) {
                  MappedDevice snap = again.device("snap", snapshot("snapshot", 1, chunk));
                  known = read(again, "snap");
                  PowerCuts.compare(users, moment, known);
                  change(snap, known, moment);
                }
                try (EngineFixture third = reboots.engine(disks)) {
                  third.device("snap", snapshot("snapshot", 1, chunk));
                  assertArrayEquals(known, read(third, "snap"), "after its second life");
                }
              });
      assertTrue(states >= 100, states + " states");
    }
  }

  /** A merge takes entries off; of a write of several sectors the last ones may not arrive. */
  @Test
  void exceptionsBehindTheEndOfTheListAreNotFoundAgain() throws Exception {
    reboots = new Reboots(directory);
    cuts.disk(PowerCuts.filled(SECTORS, 1));
    cuts.disk(used(COW_SECTORS));
    List<PowerCutDisk> disks = copies(cuts.disks());
    String snapshot = snapshot("snapshot", 1, 2);
    try (EngineFixture engine = reboots.engine(disks)) {
      DeviceIo io = new DeviceIo(engine.device("snap", snapshot), 2);
      for (int chunk = 0; chunk < 40; chunk++) {
        assertEquals(0, io.write(chunk * 2, 2, 2));
      }
    }
    // Entries 30 and 31 are taken off, those from 32 on are in the area's second sector.
    byte[] area = disks.get(1).bytes(2, 2);
    Arrays.fill(area, 30 * 16, 32 * 16, (byte) 0);
    disks.get(1).put(2, area);

    byte[] known;
    try (EngineFixture engine = reboots.engine(disks)) {
      MappedDevice snap = engine.device("snap", snapshot);
      known = read(engine, "snap");
      DeviceIo io = new DeviceIo(snap, 2);
      for (int chunk = 100; chunk < 102; chunk++) {
        assertEquals(0, io.write(chunk * 2, 2, 3));
        io.buffer().bytes().get(0, known, chunk * 1024, 1024);
      }
    }
    try (EngineFixture engine = reboots.engine(disks)) {
      engine.device("snap", snapshot);
      assertArrayEquals(known, read(engine, "snap"));
    }
  }
}
