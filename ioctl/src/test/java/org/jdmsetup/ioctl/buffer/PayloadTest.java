package org.jdmsetup.ioctl.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Test;

/** Every payload, both directions, at the kernel's offsets. */
class PayloadTest {
  private static final int START = 312;

  private static DmBuffer reply(int size) {
    DmBuffer buffer = DmBuffer.allocate(size);
    buffer.beginReply();
    return buffer;
  }

  @Test
  void aLoadCountsNextFromEachSpecAndDoublesBackslashes() throws Exception {
    DmBuffer buffer = DmBuffer.allocate(1024);
    List<TargetSpec> rules =
        List.of(
            new TargetSpec(Sectors.ZERO, new Sectors(8), "error", ""),
            new TargetSpec(new Sectors(8), new Sectors(-1L), "linear", "/dev/mapper/a\\x20b 0"),
            new TargetSpec(new Sectors(7), new Sectors(9), "fifteen-letters", "1234567"));
    TargetPayload.writeLoad(buffer, rules);
    ByteBuffer bytes = buffer.bytes();
    assertEquals(3, buffer.targetCount());
    assertEquals(0, bytes.getLong(START));
    assertEquals(8, bytes.getLong(START + 8));
    assertEquals(48, bytes.getInt(START + 20), "next of a rule without parameters");
    assertEquals('e', bytes.get(START + 24));
    assertEquals(0, bytes.get(START + 40));
    int second = START + 48;
    assertEquals(-1L, bytes.getLong(second + 8));
    // 40 + 20 characters, one of them doubled, + NUL = 62, rounded up
    assertEquals(64, bytes.getInt(second + 20));
    assertEquals("/dev/mapper/a\\\\x20b 0", buffer.string(second + 40, "params"));
    assertEquals(48, bytes.getInt(second + 64 + 20));
    assertEquals(48 + 64 + 48, TargetPayload.loadSize(rules));

    List<TargetSpec> read = TargetPayload.readLoad(buffer);
    assertEquals(rules.get(0), read.get(0));
    assertEquals("/dev/mapper/a\\\\x20b 0", read.get(1).params(), "with its escapes");
    assertEquals(rules.get(2), read.get(2));
  }

  @Test
  void aStatusCountsNextFromTheFirstSpec() throws Exception {
    DmBuffer buffer = reply(1024);
    List<TargetSpec> targets =
        List.of(
            new TargetSpec(Sectors.ZERO, new Sectors(8), "error", ""),
            new TargetSpec(new Sectors(8), new Sectors(8), "linear", "7:0 \\ 0"),
            new TargetSpec(new Sectors(16), new Sectors(8), 5, "zero", ""));
    assertTrue(TargetPayload.writeStatus(buffer, targets));
    ByteBuffer bytes = buffer.bytes();
    assertEquals(48, bytes.getInt(START + 20));
    assertEquals(96, bytes.getInt(START + 48 + 20));
    assertEquals(144, bytes.getInt(START + 96 + 20), "on the last too");
    assertEquals(5, bytes.getInt(START + 96 + 16));
    assertEquals(START + 96 + 41, buffer.dataSize(), "as far as its NUL");
    assertEquals(targets, TargetPayload.readStatus(buffer));
  }

  @Test
  void aStatusThatDoesNotFitSaysSo() throws Exception {
    List<TargetSpec> targets = List.of(new TargetSpec(Sectors.ZERO, new Sectors(8), "zero", ""));
    DmBuffer small = reply(START + 41);
    assertFalse(TargetPayload.writeStatus(small, targets));
    assertTrue(small.hasFlag(DmFlag.BUFFER_FULL));
    assertEquals(DmBuffer.MIN_SIZE, small.dataSize());
    assertTrue(TargetPayload.writeStatus(reply(START + 48), targets));
  }

  /** {@code retrieve_status} of Linux 6.1.176: room for the padding after a rule is wanted too. */
  @Test
  void rulesThatFitAreThereAlsoWhenTheBufferIsFull() throws Exception {
    List<TargetSpec> targets =
        List.of(
            new TargetSpec(Sectors.ZERO, new Sectors(8), "zero", ""),
            new TargetSpec(new Sectors(8), new Sectors(8), "zero", ""));
    for (int room : new int[] {42, 47, 48, 89}) {
      DmBuffer small = reply(START + room);
      assertFalse(TargetPayload.writeStatus(small, targets));
      assertEquals(START + 41, small.dataSize(), "room for " + room);
      assertEquals(2, small.targetCount());
    }
    DmBuffer almost = reply(START + 95);
    assertFalse(TargetPayload.writeStatus(almost, targets));
    assertEquals(START + 89, almost.dataSize());
    assertEquals(targets, TargetPayload.readStatus(almost));
  }

  @Test
  void whatLiesBetweenFieldsStaysAsTheRequestHadIt() throws Exception {
    DmBuffer buffer = reply(1024);
    for (int i = START; i < 1024; i++) {
      buffer.bytes().put(i, (byte) 0xEE);
    }
    TargetPayload.writeStatus(
        buffer, List.of(new TargetSpec(Sectors.ZERO, new Sectors(8), "zero", "")));
    assertEquals(0, buffer.bytes().get(START + 24 + 14), "the type has 15 bytes");
    assertEquals((byte) 0xEE, buffer.bytes().get(START + 24 + 15));
    assertEquals((byte) 0xEE, buffer.bytes().get(START + 41));
    buffer.bytes().putInt(START + 4, 0xEEEEEEEE);
    DepsPayload.write(buffer, List.of(new DeviceNumber(7, 1)));
    assertEquals(0xEEEEEEEE, buffer.bytes().getInt(START + 4), "padding after the count");
  }

  @Test
  void noTableIsNoPayload() throws Exception {
    DmBuffer buffer = reply(DmBuffer.HEADER_SIZE);
    assertTrue(TargetPayload.writeStatus(buffer, List.of()));
    assertEquals(List.of(), TargetPayload.readStatus(buffer));
    assertEquals(List.of(), DepsPayload.read(buffer));
  }

  @Test
  void deviceListsWithAndWithoutUuids() throws Exception {
    List<ListedDevice> devices =
        List.of(
            new ListedDevice("a", new DeviceNumber(254, 0), 7, "LVM-x"),
            new ListedDevice("four", new DeviceNumber(254, 1000), -1, ""));
    DmBuffer buffer = reply(1024);
    assertTrue(NamesPayload.write(buffer, devices, true));
    ByteBuffer bytes = buffer.bytes();
    assertEquals(254 << 8, bytes.getLong(START));
    assertEquals('a', bytes.get(START + 12));
    assertEquals(7, bytes.getInt(START + 16), "12 + name + NUL, rounded up to 16");
    assertEquals(1, bytes.getInt(START + 20));
    assertEquals('L', bytes.get(START + 24));
    assertEquals(32, bytes.getInt(START + 8));
    assertEquals(2, bytes.getInt(START + 32 + 28));
    assertEquals(0, bytes.getInt(START + 32 + 8), "next of the last");
    assertEquals(devices, NamesPayload.read(buffer, true));

    buffer = reply(1024);
    assertTrue(NamesPayload.write(buffer, devices, false));
    assertNull(NamesPayload.read(buffer, true).get(0).uuid());
    assertEquals("four", NamesPayload.read(buffer, false).get(1).name());
    assertEquals(0, NamesPayload.read(buffer, false).get(0).eventNr());
  }

  @Test
  void anEmptyDeviceListIsARecordWithoutADevice() throws Exception {
    DmBuffer buffer = reply(1024);
    assertTrue(NamesPayload.write(buffer, List.of(), false));
    assertEquals(0, buffer.bytes().getLong(START));
    assertEquals(List.of(), NamesPayload.read(buffer, true));
    assertEquals(START, buffer.dataSize(), "which is not counted");
  }

  @Test
  void dependencies() throws Exception {
    DmBuffer buffer = reply(START + 24);
    List<DeviceNumber> devices = List.of(new DeviceNumber(7, 1), new DeviceNumber(259, 4096));
    assertTrue(DepsPayload.write(buffer, devices));
    assertEquals(2, buffer.bytes().getInt(START));
    assertEquals(7 << 8 | 1, buffer.bytes().getLong(START + 8));
    assertEquals(START + 24, buffer.dataSize());
    assertEquals(devices, DepsPayload.read(buffer));
    assertFalse(DepsPayload.write(reply(START + 23), devices));
  }

  @Test
  void targetVersions() throws Exception {
    DmBuffer buffer = reply(1024);
    List<TargetVersion> versions =
        List.of(new TargetVersion("zero", 1, 1, 0), new TargetVersion("striped", 1, 6, 0));
    assertTrue(VersionsPayload.write(buffer, versions));
    assertEquals(24, buffer.bytes().getInt(START), "16 + zero + NUL, rounded up");
    assertEquals(1, buffer.bytes().getInt(START + 4));
    assertEquals('z', buffer.bytes().get(START + 16));
    assertEquals(0, buffer.bytes().getInt(START + 24));
    assertEquals(versions, VersionsPayload.read(buffer));
  }

  @Test
  void messagesAndAnswers() throws Exception {
    DmBuffer buffer = DmBuffer.allocate(START + 8 + 6);
    TargetMessage message = new TargetMessage(new Sectors(-2L), "hello");
    assertEquals(14, TextPayload.size(message));
    TextPayload.writeMessage(buffer, message);
    assertEquals(-2L, buffer.bytes().getLong(START));
    assertEquals('h', buffer.bytes().get(START + 8));
    assertEquals(message, TextPayload.readMessage(buffer));

    buffer.beginReply();
    assertNull(TextPayload.readAnswer(buffer));
    assertTrue(TextPayload.writeAnswer(buffer, "fine\n"));
    assertEquals("fine\n", TextPayload.readAnswer(buffer));
    int room = buffer.capacity() - START;
    assertTrue(TextPayload.writeAnswer(buffer, "x".repeat(room - 2)));
    assertFalse(TextPayload.writeAnswer(buffer, "x".repeat(room - 1)));
    assertFalse(TextPayload.writeAnswer(buffer, "a longer answer than fits"));
    assertTrue(buffer.hasFlag(DmFlag.BUFFER_FULL) && buffer.hasFlag(DmFlag.DATA_OUT));
  }

  @Test
  void newNamesAndGeometry() throws Exception {
    DmBuffer buffer = DmBuffer.allocate(START + 16);
    TextPayload.write(buffer, "1 2 3 4");
    assertEquals("1 2 3 4", TextPayload.read(buffer));
    assertThrows(IllegalArgumentException.class, () -> TextPayload.write(buffer, "a\0b"));
    assertThrows(IllegalArgumentException.class, () -> TextPayload.write(buffer, "x".repeat(16)));
  }

  @Test
  void aMillionRulesRoundTrip() throws Exception {
    List<TargetSpec> rules = new ArrayList<>();
    for (int i = 0; i < 1_000_000; i++) {
      rules.add(new TargetSpec(new Sectors(i * 8L), new Sectors(8), "linear", "7:0 " + i * 8L));
    }
    DmBuffer load = DmBuffer.allocate((int) (START + TargetPayload.loadSize(rules)));
    TargetPayload.writeLoad(load, rules);
    assertEquals(rules, TargetPayload.readLoad(load));
    load.beginReply();
    assertTrue(TargetPayload.writeStatus(load, rules));
    assertEquals(rules, TargetPayload.readStatus(load));
  }

  @Test
  void saysWhereARuleLeavesTheData() {
    DmBuffer buffer = DmBuffer.allocate(1024);
    TargetPayload.writeLoad(
        buffer,
        List.of(
            new TargetSpec(Sectors.ZERO, new Sectors(8), "zero", ""),
            new TargetSpec(new Sectors(8), new Sectors(8), "zero", "")));
    buffer.bytes().putInt(START + 20, 4096);
    assertEquals(
        "unable to find target 1: at offset 4408, expected from 352 to 983",
        assertThrows(MalformedBufferException.class, () -> TargetPayload.readLoad(buffer))
            .getMessage());
    buffer.bytes().putInt(START + 20, 8);
    assertEquals(
        "unable to find target 1: at offset 320, expected from 352 to 983",
        assertThrows(MalformedBufferException.class, () -> TargetPayload.readLoad(buffer))
            .getMessage());
  }
}
