package org.jdmsetup.engine.targets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.PowerCutDisk;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.junit.jupiter.api.Test;

/** The log-writes target (Documentation/admin-guide/device-mapper/log-writes.rst). */
final class LogWritesTargetTest {
  private final PowerCutDisk disk = new PowerCutDisk(new DeviceNumber(8, 0), 64);
  private final PowerCutDisk log = new PowerCutDisk(new DeviceNumber(8, 16), 256);
  private final TestContext context = new TestContext(64, this::device);

  private PowerCutDisk device(DeviceRef ref) {
    return ref.toString().equals("8:0") ? disk : log;
  }

  private Target target() {
    return context.make("log-writes", "8:0 8:16");
  }

  private static DeviceIo io(Target target) {
    return new DeviceIo(new TargetDevice(target, 64), 8);
  }

  /** The entries on the log disk, as far as its first block counts them. */
  private List<String> entries(int unit) {
    ByteBuffer bytes = ByteBuffer.wrap(log.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getLong(0) == 0) {
      return List.of("no log");
    }
    assertEquals(0x006a_7366_7773_6872L, bytes.getLong(0));
    assertEquals(1, bytes.getLong(8));
    assertEquals(unit, bytes.getInt(24));
    List<String> entries = new ArrayList<>();
    int at = unit;
    for (long i = bytes.getLong(16); i > 0; i--) {
      long flags = bytes.getLong(at + 16);
      long units = bytes.getLong(at + 8);
      String text =
          new String(
              Arrays.copyOfRange(bytes.array(), at + 32, at + 32 + (int) bytes.getLong(at + 24)),
              StandardCharsets.ISO_8859_1);
      entries.add((bytes.getLong(at) + "+" + units + " " + name(flags) + " " + text).strip());
      at += unit + (flags == 4 ? 0 : (int) units * unit);
    }
    return entries;
  }

  private static String name(long flags) {
    return switch ((int) flags) {
      case 0 -> "write";
      case 1 -> "flush";
      case 2 -> "fua";
      case 4 -> "discard";
      case 8 -> "mark";
      default -> "flags " + flags;
    };
  }

  @Test
  void writesAreInTheLogOnceAFlushCompleted() throws TargetException {
    Target target = target();
    DeviceIo io = io(target);
    io.write(8, 8, 1);
    io.write(0, 2, 2);
    target.message(List.of("mark", "early"));
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    io.write(1, 1, 3);
    target.message(List.of("MARK", "late"));
    target.close();
    assertEquals(
        List.of(
            "0+0 mark early",
            "8+8 write",
            "0+2 write",
            "0+0 flush",
            "0+0 mark late",
            "1+1 write",
            "0+0 mark dm-log-writes-end"),
        entries(512));
  }

  @Test
  void theLogHoldsTheData() {
    Target target = target();
    DeviceIo io = io(target);
    io.write(8, 2, 7);
    target.close();
    assertArrayEquals(disk.bytes(8, 2), log.bytes(2, 2));
    assertEquals(List.of("8+2 write", "0+0 mark dm-log-writes-end"), entries(512));
    assertEquals("2 4", target.info());
  }

  @Test
  void theDataIsThatOfTheMomentOfTheWrite() {
    Target target = target();
    disk.hold(request -> true);
    DeviceIo io = io(target);
    io.buffer().bytes().putLong(0, 0x1122_3344_5566_7788L);
    Request write = new Request(r -> {});
    target.submit(write.start(Request.Op.WRITE, 0, 1, io.buffer().address()), 0);
    write.detach();
    io.buffer().bytes().putLong(0, 0);
    disk.releaseHeld();
    target.close();
    assertEquals(
        0x1122_3344_5566_7788L,
        ByteBuffer.wrap(log.bytes(2, 1)).order(ByteOrder.nativeOrder()).getLong());
  }

  @Test
  void aWriteThatCompletesAfterTheFlushWasSubmittedComesAfterIt() {
    Target target = target();
    DeviceIo io = io(target);
    io.write(1, 1, 1);
    disk.hold(request -> request.op() == Request.Op.WRITE && request.sector() == 2);
    Request late = new Request(r -> {});
    target.submit(late.start(Request.Op.WRITE, 2, 1, io.buffer().address()), 0);
    late.detach();
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    disk.releaseHeld();
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    target.close();
    assertEquals(
        List.of("1+1 write", "0+0 flush", "2+1 write", "0+0 flush", "0+0 mark dm-log-writes-end"),
        entries(512));
  }

  @Test
  void aDurableWriteIsLoggedWhenItCompletes() {
    Target target = target();
    DeviceIo io = io(target);
    io.write(1, 1, 1);
    assertEquals(0, io.run(Request.Op.WRITE, 2, 1, io.buffer().address(), true));
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    target.close();
    assertEquals(
        List.of("2+1 fua", "1+1 write", "0+0 flush", "0+0 mark dm-log-writes-end"), entries(512));
  }

  @Test
  void aDiscardHasNoDataAndNeedNotBePossible() {
    disk.withoutDiscard();
    Target target = target();
    DeviceIo io = io(target);
    assertEquals(0, io.run(Request.Op.DISCARD, 8, 16));
    io.write(3, 1, 1);
    assertEquals(0, io.run(Request.Op.READ, 0, 8));
    target.close();
    assertEquals(List.of("8+16 discard", "3+1 write", "0+0 mark dm-log-writes-end"), entries(512));
    assertEquals(List.of("WRITE 3+1", "READ 0+8"), disk.log());
    assertTrue(target.discardsSupported());
  }

  @Test
  void aFailedWriteIsLoggedLikeOthers() {
    Target target = target();
    disk.fail(request -> true);
    assertEquals(Errno.EIO.number(), io(target).write(1, 1, 1));
    target.close();
    assertEquals(List.of("1+1 write", "0+0 mark dm-log-writes-end"), entries(512));
  }

  @Test
  void theUnitIsTheDevicesBlock() {
    disk.blocksOf(4096);
    Target target = target();
    io(target).write(16, 8, 1);
    target.close();
    assertEquals(List.of("2+1 write", "0+0 mark dm-log-writes-end"), entries(4096));
    assertArrayEquals(disk.bytes(16, 8), log.bytes(16, 8));
    assertEquals("2 31", target.info());
  }

  @Test
  void sectorsAreTheMappedDevicesAsInTheKernel() {
    Target target = context.at(16).make("log-writes", "8:0 8:16");
    io(target).write(8, 8, 1);
    target.close();
    assertEquals(List.of("WRITE 24+8"), disk.log());
    assertEquals(List.of("24+8 write", "0+0 mark dm-log-writes-end"), entries(512));
  }

  @Test
  void whenTheLogIsFullItStopsAndRequestsGoOn() {
    Target target = target();
    DeviceIo io = io(target);
    for (int i = 0; i < 40; i++) {
      assertEquals(0, io.write(8, 8, i + 1));
      assertEquals(0, io.run(Request.Op.WRITE, 8, 8, io.buffer().address(), true));
      assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    }
    target.close();
    assertTrue(target.info().endsWith(" logging_disabled"), target.info());
    List<String> entries = entries(512);
    assertEquals("8+8 fua", entries.get(0));
    assertFalse(entries.contains("0+0 mark dm-log-writes-end"));
  }

  @Test
  void whenTheLogFailsItStopsAndRequestsGoOn() {
    Target target = target();
    log.fail(request -> true);
    DeviceIo io = io(target);
    assertEquals(0, io.write(8, 8, 1));
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    target.close();
    assertEquals("1 9 logging_disabled", target.info());
    assertEquals(List.of("no log"), entries(512));
  }

  @Test
  void aMarkIsCutToItsBlock() throws TargetException {
    Target target = target();
    target.message(List.of("mark", "x".repeat(600)));
    target.close();
    assertEquals("0+0 mark " + "x".repeat(479), entries(512).get(0));
  }

  @Test
  void otherMessagesAreRefusedWithTheKernelsText() {
    Target target = target();
    for (List<String> words :
        List.of(List.of("mark"), List.of("mark", "a", "b"), List.of("nonsense"))) {
      TargetException e = assertThrows(TargetException.class, () -> target.message(words));
      assertEquals(
          "Invalid log-writes message arguments, expect 2 arguments, got " + words.size(),
          e.kernelText());
    }
    TargetException e =
        assertThrows(TargetException.class, () -> target.message(List.of("nonsense", "x")));
    assertEquals("Unrecognised log writes target message received", e.kernelText());
    target.close();
  }

  @Test
  void whatComesBackWithTheEngineGoesOnAfterTheEntriesThatCount() throws TargetException {
    Target target = target();
    DeviceIo io = io(target);
    io.write(8, 8, 1);
    io.run(Request.Op.DISCARD, 0, 8);
    io.run(Request.Op.FLUSH, 0, 0);
    target.close();
    assertEquals("4 12", target.info());

    Target back = context.remembering("").make("log-writes", "8:0 8:16");
    assertEquals("4 12", back.info());
    back.message(List.of("mark", "back"));
    back.close();
    assertEquals(
        List.of(
            "8+8 write",
            "0+8 discard",
            "0+0 flush",
            "0+0 mark dm-log-writes-end",
            "0+0 mark back",
            "0+0 mark dm-log-writes-end"),
        entries(512));

    log.put(1, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, -1, -1, -1, -1, -1, -1, -1, -1});
    assertEquals("0 0 logging_disabled", context.make("log-writes", "8:0 8:16").info());
    log.put(0, new byte[512]);
    assertEquals("0 0", context.make("log-writes", "8:0 8:16").info());
  }

  @Test
  void itOffersDiscardsAndTheDevicesBlocks() {
    disk.withoutDiscard().blocksOf(4096);
    Limits limits = Limits.forStacking();
    target().ioHints(limits);
    assertTrue(limits.canDiscard());
    assertEquals(4096, limits.discardGranularityBytes());
    assertEquals(4096, limits.logicalBlockSize());
  }

  @Test
  void aTableThatNeverLivedEndsItsLogAllTheSame() {
    Target target = target();
    assertEquals("0 0", target.info());
    assertEquals("8:0 8:16", target.table());
    target.close();
    assertEquals(List.of("0+0 mark dm-log-writes-end"), entries(512));
  }
}
