package org.jdmsetup.engine.targets.flakey;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.targets.RecordingDisk;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.TestContext;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.FlakeyParams;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.TargetParams;
import org.junit.jupiter.api.Test;

/**
 * {@code flakey 8:0 100 UP DOWN}, with a clock of its own; the features are those of the kernel
 * document admin-guide/device-mapper/dm-flakey.
 */
final class FlakeyTargetTest {
  private static final int EIO = Errno.EIO.number();

  private final List<String> seen = new ArrayList<>();
  private final AlignedBuffer buffer = new AlignedBuffer(1024);
  private String below = "";
  private int errnoBelow;
  private long millis = 5_000_000;

  private FlakeyTarget flakey(String words) {
    TestContext context =
        new TestContext(
            100,
            ref ->
                new RecordingDisk(
                    ref,
                    seen,
                    request -> {
                      below = text();
                      return errnoBelow;
                    }));
    try {
      FlakeyParams params =
          (FlakeyParams) TargetParams.parse("flakey", new Sectors(100), "8:0 100 " + words);
      return new FlakeyTarget(context, params, () -> TimeUnit.MILLISECONDS.toNanos(millis));
    } catch (ParamsException | TargetException e) {
      throw new AssertionError(e);
    }
  }

  private String text() {
    byte[] text = new byte[8];
    buffer.bytes().get(0, text);
    return new String(text, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private int submit(FlakeyTarget target, Request.Op op, boolean fua) {
    buffer.bytes().put(0, "01234567".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    below = "";
    boolean range = op != Request.Op.FLUSH;
    Request request = new Request(r -> {});
    request.start(op, range ? 8 : 0, range ? 2 : 0, buffer.address()).fua(fua);
    target.submit(request, 0);
    return request.outcome().number();
  }

  private int submit(FlakeyTarget target, Request.Op op) {
    return submit(target, op, false);
  }

  @Test
  void upEverythingPassesAndDownEverythingFails() {
    FlakeyTarget target = flakey("2 3");
    StringBuilder outcomes = new StringBuilder();
    for (int halfSecond = 0; halfSecond < 22; halfSecond++) {
      for (Request.Op op : Request.Op.values()) {
        int errno = submit(target, op);
        assertEquals(submit(target, Request.Op.READ), errno);
        outcomes.append(op != Request.Op.READ ? "" : errno == 0 ? "u" : "d");
      }
      millis += 500;
    }
    assertEquals("uuuudddddd".repeat(2) + "uu", outcomes.toString());
  }

  @Test
  void secondsAreWhole() {
    FlakeyTarget target = flakey("1 1");
    millis += 999;
    assertEquals(0, submit(target, Request.Op.READ));
    millis += 1;
    assertEquals(EIO, submit(target, Request.Op.READ));
  }

  @Test
  void requestsMoveToTheOffset() {
    submit(flakey("1 0"), Request.Op.READ);
    assertEquals(List.of("8:0 108+2"), seen);
  }

  @Test
  void dropWritesKeepsWhatChangesTheDiskFromIt() {
    FlakeyTarget target = flakey("0 1 1 drop_writes");
    for (Request.Op op : List.of(Request.Op.WRITE, Request.Op.FLUSH, Request.Op.DISCARD)) {
      assertEquals(0, submit(target, op));
    }
    assertEquals(List.of(), seen);
    assertEquals(0, submit(target, Request.Op.READ));
    assertEquals(List.of("8:0 108+2"), seen);
  }

  @Test
  void errorWritesFailsThemAndReadsWork() {
    FlakeyTarget target = flakey("0 1 1 error_writes");
    for (Request.Op op : List.of(Request.Op.WRITE, Request.Op.FLUSH, Request.Op.DISCARD)) {
      assertEquals(EIO, submit(target, op));
    }
    assertEquals(List.of(), seen);
    assertEquals(0, submit(target, Request.Op.READ));
  }

  @Test
  void aByteOfAReadIsReplacedAfterwards() {
    FlakeyTarget target = flakey("0 1 5 corrupt_bio_byte 3 r 88 0");
    assertEquals(0, submit(target, Request.Op.READ));
    assertEquals("01234567", below);
    assertEquals("01X34567", text());
    submit(target, Request.Op.WRITE);
    assertEquals("01234567", below);
  }

  @Test
  void aReadThatFailedIsLeftAlone() {
    errnoBelow = EIO;
    assertEquals(EIO, submit(flakey("0 1 5 corrupt_bio_byte 3 r 88 0"), Request.Op.READ));
    assertEquals("01234567", text());
  }

  @Test
  void aByteOfAWriteIsReplacedOnTheWay() {
    FlakeyTarget target = flakey("0 1 5 corrupt_bio_byte 1 w 88 0");
    assertEquals(0, submit(target, Request.Op.WRITE));
    assertEquals("X1234567", below);
    assertEquals("01234567", text());
    assertEquals(0, submit(target, Request.Op.DISCARD));
    assertEquals(0, submit(target, Request.Op.FLUSH));
    submit(target, Request.Op.READ);
    assertEquals("01234567", text());
  }

  @Test
  void aShorterRequestIsLeftAlone() {
    submit(flakey("0 1 5 corrupt_bio_byte 1024 w 88 0"), Request.Op.WRITE);
    submit(flakey("0 1 5 corrupt_bio_byte 1025 w 88 0"), Request.Op.WRITE);
    assertEquals("01234567", below);
    assertEquals(2, seen.size());
  }

  @Test
  void onlyRequestsWithAllFlagsAreSpoilt() {
    FlakeyTarget anyWrite = flakey("0 1 5 corrupt_bio_byte 1 w 88 2049");
    submit(anyWrite, Request.Op.WRITE);
    assertEquals("X1234567", below);
    FlakeyTarget fuaWrite = flakey("0 1 5 corrupt_bio_byte 1 w 88 131073");
    submit(fuaWrite, Request.Op.WRITE, true);
    assertEquals("X1234567", below);
    submit(fuaWrite, Request.Op.WRITE, false);
    assertEquals("01234567", below);
    submit(flakey("0 1 5 corrupt_bio_byte 1 r 88 1"), Request.Op.READ);
    assertEquals("01234567", text());
  }

  @Test
  void readsAreSpoiltAndWritesDropped() {
    FlakeyTarget target = flakey("0 1 6 corrupt_bio_byte 2 r 88 0 drop_writes");
    assertEquals(0, submit(target, Request.Op.WRITE));
    assertEquals(List.of(), seen);
    submit(target, Request.Op.READ);
    assertEquals("0X234567", text());
  }

  @Test
  void theTableIsPrintedInACanonicalOrder() {
    assertEquals("8:0 100 5 6 0 ", flakey("05 6").table());
    assertEquals(
        "8:0 100 0 1 6 drop_writes corrupt_bio_byte 2 r 88 0 ",
        flakey("0 1 6 CORRUPT_bio_byte 2 R 88 0 Drop_Writes extra").table());
    assertEquals("", flakey("5 6").info());
  }
}
