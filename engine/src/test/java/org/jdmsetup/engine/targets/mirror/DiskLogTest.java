package org.jdmsetup.engine.targets.mirror;

import static org.jdmsetup.engine.targets.mirror.MirrorFixture.EIO;
import static org.jdmsetup.engine.targets.mirror.MirrorFixture.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.Request.Op;
import org.jdmsetup.engine.block.TestDisk;
import org.junit.jupiter.api.Test;

/**
 * {@code mirror disk 2 8:2 64 2 8:0 100 8:1 200}: the bytes of the log, measured on Linux 6.1, and
 * the order in which log and legs are written.
 */
final class DiskLogTest {
  private static final String LEGS = " 2 8:0 100 8:1 200";
  private static final String PLAIN = "disk 2 8:2 64" + LEGS;

  private static String hex(MirrorFixture mirror, int offset, int length) {
    return HexFormat.of().formatHex(mirror.disk(2).bytes(offset, length));
  }

  private static String header(MirrorFixture mirror) {
    return hex(mirror, 0, 16);
  }

  private static String bits(MirrorFixture mirror) {
    return hex(mirror, 1024, 8);
  }

  private static void put(MirrorFixture mirror, int offset, String hex) {
    mirror.disk(2).put(offset, HexFormat.of().parseHex(hex));
  }

  /** A mirror of 16 regions, all in sync, as its log says. */
  private static MirrorFixture synced(String features) {
    MirrorFixture mirror = new MirrorFixture(1000, PLAIN + features);
    put(mirror, 0, "7252694d020000001000000000000000");
    put(mirror, 1024, "ffff000000000000");
    mirror.resume();
    mirror.awaitStatus("2 8:0 8:1 16/16 1 AA 3 disk 8:2 A");
    mirror.seen();
    return mirror;
  }

  @Test
  void aNewLogIsWrittenAndAllRegionsAreRecovered() {
    MirrorFixture mirror = new MirrorFixture(1000, PLAIN);
    assertEquals("2 8:0 8:1 0/16 1 AA 3 disk 8:2 A", mirror.target.info());
    assertEquals(PLAIN, mirror.target.table());
    mirror.resume();
    assertEquals(
        List.of("2 READ 0+3", "2 WRITE 2+1", "2 FLUSH", "2 WRITE 0+3", "2 FLUSH"),
        mirror.seen().subList(0, 5),
        "first the bits, then the header");
    mirror.awaitStatus("2 8:0 8:1 16/16 1 AA 3 disk 8:2 A");
    mirror.awaitEvents(1);
    mirror.suspend();
    assertEquals("7252694d020000001000000000000000", header(mirror));
    assertEquals("ffff000000000000", bits(mirror));
  }

  @Test
  void aLogThatSaysSoSparesTheRecovery() {
    MirrorFixture mirror = synced("");
    mirror.awaitEvents(1);
    assertEquals(List.of(), mirror.seen());
  }

  @Test
  void aRegionIsMarkedAndTheLogFlushedBeforeItIsWritten() {
    MirrorFixture mirror = synced("");
    assertEquals(0, answer(mirror.write(130, 1, 0x55)));
    assertEquals(
        List.of("2 WRITE 0+3", "2 FLUSH", "0 WRITE 230+1", "1 WRITE 330+1"), mirror.seen());
    assertEquals("fbff000000000000", bits(mirror));
    assertEquals(0, answer(mirror.write(131, 1, 0x55)));
    assertEquals(List.of("0 WRITE 231+1", "1 WRITE 331+1"), mirror.seen());
    mirror.suspend();
    assertEquals(List.of("0 FLUSH", "1 FLUSH", "2 WRITE 0+3"), mirror.seen());
    assertEquals("ffff000000000000", bits(mirror));
  }

  @Test
  void aRegionBecomesCleanByItself() {
    MirrorFixture mirror = synced("");
    answer(mirror.write(130, 1, 0x55));
    MirrorFixture.awaitEquals("ffff000000000000", () -> bits(mirror));
    mirror.seen();
    answer(mirror.write(130, 1, 0x66));
    assertEquals("2 WRITE 0+3", mirror.seen().get(0));
  }

  @Test
  void aRegionStaysMarkedAsLongAsItIsWritten() {
    MirrorFixture mirror = synced("");
    mirror.disk(1).hold(Op.WRITE);
    CompletableFuture<Integer> write = mirror.write(130, 1, 0x55);
    MirrorFixture.awaitEquals(1, () -> mirror.disk(1).held());
    answer(mirror.write(0, 1, 0x55).completeOnTimeout(0, 1, TimeUnit.MILLISECONDS));
    assertEquals("faff000000000000", bits(mirror));
    mirror.disk(1).releaseHeld();
    assertEquals(0, answer(write));
  }

  @Test
  void whatACrashLeftMarkedIsRecovered() {
    MirrorFixture before = synced("");
    answer(before.write(130, 1, 0x55));
    TestDisk[] disks = {before.disk(0), before.disk(1), before.disk(2)};
    disks[1].fill(200, 1000, 0x11); // what the second leg has does not count
    MirrorFixture after = new MirrorFixture(1000, PLAIN, Arrays.asList(disks));
    after.resume();
    after.awaitStatus("2 8:0 8:1 16/16 1 AA 3 disk 8:2 A");
    assertEquals(0x11, disks[1].at(200 + 127));
    assertEquals(0, disks[1].at(200 + 128));
    assertEquals(0x55, disks[1].at(200 + 130));
    assertEquals(0x11, disks[1].at(200 + 192));
  }

  @Test
  void syncAndNosyncBeginALogAnew() {
    MirrorFixture nosync = new MirrorFixture(1000, "disk 3 8:2 64 nosync" + LEGS);
    assertEquals("2 8:0 8:1 16/16 1 AA 3 disk 8:2 A", nosync.target.info());
    put(nosync, 0, "7252694d020000001000000000000000");
    nosync.resume();
    assertEquals("7252694d020000001000000000000000", header(nosync));
    assertEquals("ffff000000000000", bits(nosync));
    assertEquals(0, nosync.context.events());

    MirrorFixture sync = new MirrorFixture(1000, "disk 3 8:2 64 sync" + LEGS);
    put(sync, 0, "7252694d020000001000000000000000");
    put(sync, 1024, "ffff000000000000");
    sync.disk(0).hold(Op.READ);
    sync.resume();
    assertEquals("2 8:0 8:1 0/16 1 AA 3 disk 8:2 A", sync.target.info());
    assertEquals("0000000000000000", bits(sync));
    sync.disk(0).releaseHeld();
  }

  @Test
  void aMirrorThatHasGrownHasNewRegions() {
    MirrorFixture mirror = new MirrorFixture(4000, PLAIN);
    put(mirror, 0, "7252694d020000001000000000000000");
    put(mirror, 1024, "ffffffffffffffff");
    mirror.disk(0).hold(Op.READ);
    mirror.resume();
    assertEquals("7252694d020000003f00000000000000", header(mirror));
    assertEquals("ffff000000000000", bits(mirror));
    assertEquals("2 8:0 8:1 16/63 1 AA 3 disk 8:2 A", mirror.target.info());
    mirror.disk(0).releaseHeld();
  }

  @Test
  void aMirrorThatHasShrunkForgetsRegions() {
    MirrorFixture mirror = new MirrorFixture(1000, PLAIN);
    put(mirror, 0, "7252694d020000003f00000000000000");
    put(mirror, 1024, "ffffffffffffff7f");
    mirror.resume();
    assertEquals("7252694d020000001000000000000000", header(mirror));
    assertEquals("ffff000000000000", bits(mirror));
  }

  @Test
  void versionOneIsTakenAndLaterOnesAreNot() {
    MirrorFixture first = new MirrorFixture(1000, PLAIN);
    put(first, 0, "7252694d010000001000000000000000");
    put(first, 1024, "ffff000000000000");
    first.resume();
    assertEquals("2 8:0 8:1 16/16 1 AA 3 disk 8:2 A", first.target.info());
    assertEquals("7252694d020000001000000000000000", header(first));

    MirrorFixture third = new MirrorFixture(1000, PLAIN);
    put(third, 0, "7252694d030000001000000000000000");
    put(third, 1024, "ffff000000000000");
    third.resume();
    third.awaitStatus("2 8:0 8:1 16/16 1 AA 3 disk 8:2 D");
    third.awaitEvents(2); // the log's, and the end of the recovery
    assertEquals("7252694d030000001000000000000000", header(third));
  }

  @Test
  void whatStandsBetweenHeaderAndBitsStays() {
    MirrorFixture mirror = new MirrorFixture(1000, PLAIN);
    put(mirror, 16, "0102030405060708");
    mirror.resume();
    assertEquals("0102030405060708", hex(mirror, 16, 8));
  }

  @Test
  void aLogThatCannotBeReadKnowsNothing() {
    MirrorFixture mirror = new MirrorFixture(1000, PLAIN);
    mirror.disk(2).fail(Op.READ);
    mirror.disk(0).hold(Op.READ);
    mirror.resume();
    assertEquals("2 8:0 8:1 0/16 1 AA 3 disk 8:2 D", mirror.target.info());
    assertEquals(1, mirror.context.events());
    mirror.disk(0).releaseHeld();
  }

  @Test
  void withoutHandleErrorsWritesGoOnWithoutTheLog() {
    MirrorFixture mirror = synced("");
    mirror.disk(2).fail(Op.WRITE);
    assertEquals(0, answer(mirror.write(130, 1, 0x55)));
    assertEquals(0x55, mirror.disk(1).at(330));
    assertEquals("2 8:0 8:1 16/16 1 AA 3 disk 8:2 D", mirror.target.info());
    mirror.awaitEvents(2);
  }

  @Test
  void withHandleErrorsWritesAreHeldWhenTheLogFails() {
    MirrorFixture mirror = synced(" 1 handle_errors");
    mirror.disk(2).fail(Op.FLUSH);
    CompletableFuture<Integer> write = mirror.write(130, 1, 0x55);
    mirror.awaitStatus("2 8:0 8:1 16/16 1 AA 3 disk 8:2 F");
    MirrorFixture.awaitEquals(false, () -> mirror.submit(Op.FLUSH, 0, 0, 0).isDone());
    CompletableFuture<Integer> flush = mirror.submit(Op.FLUSH, 0, 0, 0);
    assertFalse(write.isDone());
    assertEquals(0, mirror.disk(0).at(230));
    mirror.suspend();
    assertEquals(EIO, answer(write));
    assertEquals(EIO, answer(flush));
  }

  @Test
  void withKeepLogWritesFailWhenTheLogFails() {
    MirrorFixture mirror = synced(" 2 handle_errors keep_log");
    mirror.disk(2).fail(Op.WRITE);
    assertEquals(EIO, answer(mirror.write(130, 1, 0x55)));
    assertEquals(0, mirror.disk(0).at(230));
  }

  @Test
  void noRegionIsCleanWhenALegCannotBeFlushed() {
    MirrorFixture mirror = synced("");
    answer(mirror.write(130, 1, 0x55));
    mirror.disk(1).fail(Op.FLUSH);
    mirror.suspend();
    assertEquals("0000000000000000", bits(mirror));
    assertEquals("2 8:0 8:1 16/16 1 AF 3 disk 8:2 A", mirror.target.info());
  }

  @Test
  void aRegionThatLacksALegIsNotCleanAfterwards() {
    MirrorFixture mirror = synced(" 2 handle_errors keep_log");
    mirror.disk(1).fail(Op.WRITE);
    assertEquals(0, answer(mirror.write(130, 1, 0x55)));
    mirror.suspend();
    assertEquals("fbff000000000000", bits(mirror));
  }
}
