package org.jdmsetup.ioctl.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Test;

/** The header, field by field, at the offsets of {@code struct dm_ioctl}. */
class DmBufferTest {

  @Test
  void everyFieldHasItsPlace() {
    DmBuffer buffer = DmBuffer.allocate(16384);
    buffer.version(4, 47, 1);
    buffer.targetCount(3);
    buffer.openCount(-1);
    buffer.flags(DmFlag.READONLY | DmFlag.IMA_MEASUREMENT);
    buffer.eventNr(0x00400000);
    buffer.dev(new DeviceNumber(254, 0x12345).encoded());
    buffer.name("vol");
    buffer.uuid("LVM-1");
    ByteBuffer bytes = buffer.bytes();
    assertEquals(4, bytes.getInt(0));
    assertEquals(47, bytes.getInt(4));
    assertEquals(1, bytes.getInt(8));
    assertEquals(16384, bytes.getInt(12));
    assertEquals(312, bytes.getInt(16));
    assertEquals(3, bytes.getInt(20));
    assertEquals(-1, bytes.getInt(24));
    assertEquals(0x80001, bytes.getInt(28));
    assertEquals(0x00400000, bytes.getInt(32));
    assertEquals(0x1230_0000L | 254 << 8 | 0x45, bytes.getLong(40));
    assertEquals('v', bytes.get(48));
    assertEquals(0, bytes.get(51));
    assertEquals('L', bytes.get(176));
  }

  @Test
  void theFirstByteOfANumberIsItsLowest() {
    DmBuffer buffer = DmBuffer.allocate(312);
    buffer.flags(0x04030201);
    assertEquals(1, buffer.bytes().get(28));
  }

  @Test
  void aShorterNameLeavesNothingOfTheLongerBehind() {
    DmBuffer buffer = DmBuffer.allocate(312);
    buffer.name("a-long-name");
    buffer.name("b");
    assertEquals("b", buffer.name());
    assertEquals(0, buffer.bytes().get(50));
  }

  @Test
  void theLongestNameAndUuidFitAndNoLonger() {
    DmBuffer buffer = DmBuffer.allocate(312);
    buffer.name("n".repeat(127));
    buffer.uuid("u".repeat(128));
    assertEquals("n".repeat(127), buffer.name());
    assertEquals("u".repeat(128), buffer.uuid());
    assertThrows(IllegalArgumentException.class, () -> buffer.name("n".repeat(128)));
    assertThrows(IllegalArgumentException.class, () -> buffer.uuid("u".repeat(129)));
  }

  @Test
  void aNameWithoutAnEndIsCutAtItsField() {
    DmBuffer buffer = DmBuffer.allocate(312);
    for (int i = 48; i < 312; i++) {
      buffer.bytes().put(i, (byte) 'x');
    }
    assertEquals(127, buffer.name().length());
    assertEquals(128, buffer.uuid().length());
  }

  @Test
  void saysWhatIsWrongWithTheSize() {
    ByteBuffer bytes = ByteBuffer.allocate(400).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(12, 304);
    assertEquals(
        "Invalid data size in the ioctl structure: 304, expected 305 to 1073741824",
        assertThrows(MalformedBufferException.class, () -> DmBuffer.wrap(bytes)).getMessage());
    bytes.putInt(12, 401);
    assertEquals(
        "data size 401 is beyond the buffer of 400 bytes",
        assertThrows(MalformedBufferException.class, () -> DmBuffer.wrap(bytes)).getMessage());
    bytes.putInt(12, -1);
    assertTrue(
        assertThrows(MalformedBufferException.class, () -> DmBuffer.wrap(bytes))
            .getMessage()
            .contains("4294967295"));
  }
}
