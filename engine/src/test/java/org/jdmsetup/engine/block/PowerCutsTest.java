package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the tests of power cuts find what is wrong, and nothing where all is right. */
final class PowerCutsTest {
  private static final int SECTORS = 128;

  /** A recording of a journalled device under load, cut everywhere; how many states. */
  private static int journalled(JournalledDevice.Order order) throws Exception {
    PowerCuts cuts = new PowerCuts();
    PowerCutDisk home = cuts.disk(PowerCuts.filled(SECTORS, 1));
    PowerCutDisk journal = cuts.disk(new byte[32 * Sectors.SIZE]);
    DiskHistory users = cuts.users(home.history().before());
    JournalledDevice device = new JournalledDevice(home, journal, order);
    cuts.use(device, users, 40);
    cuts.use(device, users, 40);
    cuts.await();
    cuts.cut();
    return cuts.check(
        1,
        (moment, disks) -> {
          BlockDevice again =
              new JournalledDevice(disks.get(0), disks.get(1), JournalledDevice.Order.RIGHT);
          PowerCuts.compare(users, moment, PowerCuts.read(again));
        });
  }

  @Test
  void theRightOrderLosesNothing() throws Exception {
    int states = journalled(JournalledDevice.Order.RIGHT);
    assertTrue(states > 1000, states + " states");
  }

  @ParameterizedTest
  @EnumSource(names = "RIGHT", mode = EnumSource.Mode.EXCLUDE)
  void aWrongOrderIsFound(JournalledDevice.Order order) {
    AssertionError e = assertThrows(AssertionError.class, () -> journalled(order));
    assertTrue(e.getMessage().startsWith("power cut at "), e.getMessage());
  }

  private final AtomicInteger clock = new AtomicInteger();
  private final DiskHistory history = new DiskHistory(clock, new byte[4 * Sectors.SIZE]);

  private static byte[] sectors(int count, int value) {
    byte[] bytes = new byte[count * Sectors.SIZE];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private void write(int sector, int count, int value, boolean fua) {
    history.end(history.begin(Request.Op.WRITE, sector, sectors(count, value), fua), 0);
  }

  private void flush() {
    history.end(history.begin(Request.Op.FLUSH, 0, new byte[0], false), 0);
  }

  private boolean allows(int moment, int sector, int value) {
    return history.allows(moment, sector, sectors(1, value), 0);
  }

  @Test
  void whatAFlushCoversIsThereOnceItCompleted() {
    write(0, 2, 1, false); // moments 1 to 2
    flush(); // 3 to 4
    history.seal();
    assertTrue(allows(0, 0, 0));
    assertFalse(allows(0, 0, 1));
    assertTrue(allows(1, 0, 0));
    assertTrue(allows(1, 0, 1));
    assertTrue(allows(3, 0, 0));
    assertFalse(allows(4, 0, 0));
    assertTrue(allows(4, 0, 1));
    assertArrayEquals(
        new byte[4 * Sectors.SIZE], history.after(3, DiskHistory.Fate.LOST, new Random(1)));
    assertArrayEquals(
        Arrays.copyOf(sectors(2, 1), 4 * Sectors.SIZE),
        history.after(4, DiskHistory.Fate.LOST, new Random(1)));
  }

  @Test
  void aFlushDoesNotCoverWhatCompletedAfterItWasSubmitted() {
    DiskHistory.Entry late = history.begin(Request.Op.WRITE, 0, sectors(1, 1), false); // 1
    DiskHistory.Entry flush = history.begin(Request.Op.FLUSH, 0, new byte[0], false); // 2
    history.end(late, 0); // 3
    history.end(flush, 0); // 4
    history.seal();
    assertTrue(allows(4, 0, 0));
    assertTrue(allows(4, 0, 1));
  }

  @Test
  void aDurableWriteIsThereWhenItCompletesAndHidesWhatWasBefore() {
    write(0, 1, 1, false); // 1 to 2
    write(0, 1, 2, true); // 3 to 4
    write(0, 1, 3, false); // 5 to 6
    history.seal();
    assertTrue(allows(3, 0, 1));
    assertFalse(allows(4, 0, 1));
    assertFalse(allows(4, 0, 0));
    assertTrue(allows(4, 0, 2));
    assertFalse(allows(4, 0, 3));
    assertTrue(allows(5, 0, 3));
    assertTrue(allows(6, 0, 2));
  }

  @Test
  void ofWritesAtTheSameTimeEitherMayBeThere() {
    DiskHistory.Entry one = history.begin(Request.Op.WRITE, 0, sectors(1, 1), true);
    DiskHistory.Entry two = history.begin(Request.Op.WRITE, 0, sectors(1, 2), true);
    history.end(two, 0);
    history.end(one, 0);
    history.seal();
    assertTrue(allows(4, 0, 1));
    assertTrue(allows(4, 0, 2));
    assertFalse(allows(4, 0, 0));
  }

  @Test
  void aFailedWriteAndAFailedFlushPromiseNothing() {
    history.end(history.begin(Request.Op.WRITE, 0, sectors(1, 1), true), 5);
    write(1, 1, 1, false);
    history.end(history.begin(Request.Op.FLUSH, 0, new byte[0], false), 5);
    history.seal();
    assertTrue(allows(6, 0, 0));
    assertTrue(allows(6, 0, 1));
    assertTrue(allows(6, 1, 0));
  }

  @Test
  void everyStateThatIsMadeIsOneThatIsAllowed() throws Exception {
    PowerCuts cuts = new PowerCuts();
    PowerCutDisk disk = cuts.disk(PowerCuts.filled(SECTORS, 1));
    DiskHistory users = cuts.users(disk.history().before());
    for (int i = 0; i < 3; i++) {
      cuts.use(disk, users, 60);
    }
    cuts.await();
    cuts.cut();
    int[] torn = {0};
    int states =
        cuts.check(
            (moment, disks) -> {
              byte[] found = disks.get(0).bytes();
              PowerCuts.compare(users, moment, found);
              PowerCuts.compare(disk.history(), moment, found);
              torn[0] += Arrays.equals(found, disk.history().before()) ? 0 : 1;
            });
    assertTrue(torn[0] > states / 2, torn[0] + " of " + states + " states differ from the first");
    assertEquals(users.writes(), disk.history().writes());
    assertEquals(users.flushes(), disk.history().flushes());
  }
}
