package org.jdmsetup.engine.targets.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.block.PowerCutDisk;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Request.Op;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TestContext;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Test;

/**
 * What the disks are asked for, and in which order: the rules that {@link CowMetadata} and {@link
 * Merge} have written down, which are those of the kernel's dm-snapshot and its persistent store.
 */
final class SnapshotOrderTest {
  private static final int SIZE = 256;

  private final PowerCutDisk disk = new PowerCutDisk(new DeviceNumber(8, 0), SIZE);
  private final PowerCutDisk cow = new PowerCutDisk(new DeviceNumber(8, 16), 4 * SIZE);
  private final TestContext context =
      new TestContext(SIZE, ref -> ref.toString().equals("8:0") ? disk : cow);
  private final Target origin = context.make("snapshot-origin", "8:0");

  /** A snapshot whose making is not in the logs any more. */
  private Target snapshot(String type, String store) {
    Target target = context.make(type, "8:0 8:16 " + store);
    target.resume();
    disk.log();
    cow.log();
    return target;
  }

  private static LaterRequest write(Target target, long sector, int sectors, int fill) {
    return new LaterRequest(target, Op.WRITE, sector, sectors, fill);
  }

  private static LaterRequest read(Target target, long sector, int sectors) {
    return new LaterRequest(target, Op.READ, sector, sectors, 0);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it never comes");
      Thread.onSpinWait();
    }
  }

  private ByteBuffer cowBytes(long sector) {
    return ByteBuffer.wrap(cow.bytes(sector, 1)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A kernel writes the header first and flushes nothing. */
  @Test
  void aNewStoreIsAnEmptyAreaAndThenAHeader() {
    context.make("snapshot", "8:0 8:16 P 8");
    assertEquals(List.of("READ 0+8", "WRITE 8+8", "FLUSH", "WRITE 0+8"), cow.log());
  }

  @Test
  void dataIsOnTheDiskBeforeItsExceptionAndThatBeforeTheWrite() throws Exception {
    snapshot("snapshot", "P 8");
    cow.hold(Request::fua);
    LaterRequest write = write(origin, 13, 1, 7);
    await(() -> cow.held() == 1);
    assertEquals(List.of("WRITE 16+8", "FLUSH", "WRITE FUA 8+8"), cow.log());
    assertEquals(List.of("READ 8+8"), disk.log(), "the write waits");
    assertFalse(write.isDone());
    cow.releaseHeld();
    assertEquals(0, write.await());
    assertEquals(List.of("WRITE 13+1"), disk.log());
  }

  @Test
  void aWriteOfAWholeChunkIsNotCopied() throws Exception {
    Target snapshot = snapshot("snapshot", "P 8");
    assertEquals(0, write(snapshot, 16, 8, 7).await());
    assertEquals(List.of("WRITE 16+8", "FLUSH", "WRITE FUA 8+8"), cow.log());
    assertEquals(List.of(), disk.log());
    assertEquals(0, write(snapshot, 17, 1, 8).await());
    assertEquals(List.of("WRITE 17+1"), cow.log(), "in place");
    assertEquals(0, read(snapshot, 16, 8).await());
    assertEquals(List.of("READ 16+8"), cow.log());
  }

  @Test
  void theNextAreaIsEmptyBeforeOneIsFull() throws Exception {
    Target snapshot = snapshot("snapshot", "P 1"); // 32 exceptions an area
    for (int i = 0; i < 31; i++) {
      assertEquals(0, write(snapshot, i, 1, i).await());
    }
    cow.log();
    assertEquals(0, write(snapshot, 31, 1, 31).await());
    // header, area, 32 chunks, area
    assertEquals(List.of("WRITE 33+1", "WRITE 34+1", "FLUSH", "WRITE FUA 1+1"), cow.log());
    assertEquals(0, write(snapshot, 32, 1, 32).await());
    assertEquals(List.of("WRITE 35+1", "FLUSH", "WRITE FUA 34+1"), cow.log());
    assertEquals("36/1024 3", snapshot.info());
  }

  @Test
  void exceptionsAreKeptTogetherAndInTheirOrder() throws Exception {
    Target snapshot = snapshot("snapshot", "P 8");
    cow.hold(request -> request.sector() == 16); // the first chunk
    LaterRequest first = write(snapshot, 80, 8, 1);
    LaterRequest second = write(snapshot, 40, 8, 2);
    await(() -> cow.held() == 1);
    assertFalse(second.isDone());
    cow.releaseHeld();
    assertEquals(0, first.await());
    assertEquals(0, second.await());
    assertEquals(
        List.of("WRITE 16+8", "WRITE 24+8", "FLUSH", "WRITE FUA 8+8"), cow.log(), "one area");
    ByteBuffer area = cowBytes(8);
    assertEquals(10, area.getLong(0));
    assertEquals(2, area.getLong(8));
    assertEquals(5, area.getLong(16));
    assertEquals(3, area.getLong(24));
  }

  @Test
  void aWriteToTheOriginWaitsForReadsOfTheSnapshot() throws Exception {
    Target snapshot = snapshot("snapshot", "P 8");
    assertEquals(0, write(origin, 100, 1, 5).await());
    disk.hold(request -> request.op() == Op.READ && request.sectors() == 1);
    LaterRequest read = read(snapshot, 3, 1);
    assertEquals(1, disk.held());
    disk.log();
    cow.log();
    LaterRequest write = write(origin, 3, 1, 7);
    await(() -> cow.log().contains("WRITE FUA 8+8"));
    LaterRequest other = read(snapshot, 3, 1);
    assertEquals(0, other.await(), "it finds the copy");
    assertFalse(write.isDone());
    assertEquals(List.of("READ 0+8"), disk.log());
    disk.releaseHeld();
    assertEquals(0, read.await());
    assertEquals(0, read.firstByte());
    assertEquals(0, write.await());
  }

  @Test
  void whatCannotBeReadEndsTheSnapshotBeforeTheOriginChanges() throws Exception {
    Target snapshot = snapshot("snapshot", "P 8");
    disk.fail(request -> request.op() == Op.READ);
    cow.hold(Request::fua);
    LaterRequest write = write(origin, 3, 1, 7);
    await(() -> cow.held() == 1);
    assertEquals(List.of("WRITE FUA 0+8"), cow.log(), "the header");
    assertEquals(List.of("READ 0+8"), disk.log());
    assertEquals("Invalid", snapshot.info());
    assertFalse(write.isDone());
    cow.releaseHeld();
    assertEquals(0, write.await());
    assertEquals(List.of("WRITE 3+1"), disk.log());
    assertEquals(0, cowBytes(0).getInt(4));
    assertEquals(1, context.events());
  }

  @Test
  void aReadThatWasUnderWayWhenTheSnapshotEndedFails() throws Exception {
    Target snapshot = snapshot("snapshot", "N 8");
    disk.hold(request -> request.op() == Op.READ && request.sectors() == 1);
    LaterRequest read = read(snapshot, 3, 1);
    cow.fail(request -> request.op() == Op.WRITE);
    assertEquals(0, write(origin, 3, 1, 7).await());
    disk.releaseHeld();
    assertEquals(Errno.EIO.number(), read.await(), "it may hold the new data");
  }

  @Test
  void aMetadataErrorFailsTheWriteToTheSnapshot() throws Exception {
    Target snapshot = snapshot("snapshot", "P 8");
    cow.fail(request -> request.sector() == 8 && request.op() == Op.WRITE);
    assertEquals(Errno.EIO.number(), write(snapshot, 0, 8, 7).await());
    assertEquals("Invalid", snapshot.info());
    assertEquals(1, context.events());
  }

  @Test
  void aMergeFlushesTheOriginBeforeTheStoreForgets() throws Exception {
    Target snapshot = snapshot("snapshot", "P 8");
    for (int chunk : new int[] {3, 4, 5, 1}) {
      assertEquals(0, write(snapshot, chunk * 8, 8, chunk).await());
    }
    snapshot.close();
    cow.log();
    Target merge = context.make("snapshot-merge", "8:0 8:16 P 8");
    assertEquals(List.of("READ 0+8", "READ 8+8"), cow.log());
    merge.resume();
    await(() -> merge.info().equals("16/1024 16"));
    assertEquals(
        List.of("READ 40+8", "FLUSH", "WRITE FUA 8+8", "READ 16+24", "FLUSH", "WRITE FUA 8+8"),
        cow.log());
    assertEquals(List.of("WRITE 8+8", "FLUSH", "WRITE 24+24", "FLUSH"), disk.log());
    merge.presuspend();
    merge.close();
  }

  @Test
  void aWriteToWhatIsBeingMergedWaitsAndGoesToTheOrigin() throws Exception {
    Target snapshot = snapshot("snapshot", "P 8");
    assertEquals(0, write(snapshot, 24, 8, 3).await());
    snapshot.close();
    Target merge = context.make("snapshot-merge", "8:0 8:16 P 8");
    disk.hold(request -> request.op() == Op.FLUSH);
    disk.log();
    cow.log();
    merge.resume();
    await(() -> disk.held() == 1);
    LaterRequest write = write(merge, 25, 1, 9);
    assertFalse(write.isDone());
    LaterRequest elsewhere = write(merge, 80, 1, 9);
    assertEquals(0, elsewhere.await());
    assertEquals(0, read(merge, 24, 8).await());
    assertTrue(cow.log().contains("READ 16+8"), "read from where it still is");
    disk.releaseHeld();
    assertEquals(0, write.await());
    List<String> log = new ArrayList<>(disk.log());
    assertEquals(List.of("WRITE 24+8", "FLUSH", "WRITE 80+1", "WRITE 25+1"), log);
    assertEquals(9, disk.bytes(25, 1)[0]);
    assertEquals(3, disk.bytes(26, 1)[0]);
    merge.presuspend();
    merge.close();
  }

  @Test
  void aMergeThatCannotWriteStopsAndLosesNothing() throws Exception {
    Target snapshot = snapshot("snapshot", "P 8");
    assertEquals(0, write(snapshot, 24, 8, 3).await());
    snapshot.close();
    Target merge = context.make("snapshot-merge", "8:0 8:16 P 8");
    disk.fail(request -> request.op() == Op.WRITE);
    merge.resume();
    await(() -> merge.info().equals("Merge failed"));
    LaterRequest read = read(merge, 24, 8);
    assertEquals(0, read.await());
    assertEquals(3, read.firstByte());
    merge.close();
    disk.fail(request -> false);
    Target again = context.make("snapshot-merge", "8:0 8:16 P 8");
    again.resume();
    await(() -> again.info().equals("16/1024 16"));
    assertEquals(3, disk.bytes(24, 1)[0]);
    again.close();
  }
}
