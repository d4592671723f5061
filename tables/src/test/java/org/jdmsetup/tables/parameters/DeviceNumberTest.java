package org.jdmsetup.tables.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class DeviceNumberTest {

  @Test
  void encodingSplitsTheMinor() {
    assertEquals(0x810, new DeviceNumber(8, 16).encoded());
    assertEquals(0xfff_fff_fffL & 0xffffffffL, new DeviceNumber(4095, 1048575).encoded());
    assertEquals(0x100f_e00L, new DeviceNumber(0xfe, 0x1000).encoded());
  }

  @Test
  void decodingIsTheInverse() {
    for (int major = 0; major <= DeviceNumber.MAX_MAJOR; major += 117) {
      for (int minor = 0; minor <= DeviceNumber.MAX_MINOR; minor += 4099) {
        DeviceNumber number = new DeviceNumber(major, minor);
        assertEquals(number, DeviceNumber.ofEncoded(number.encoded()));
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(IllegalArgumentException.class, () -> new DeviceNumber(4096, 0));
    assertThrows(IllegalArgumentException.class, () -> new DeviceNumber(0, 1 << 20));
    assertThrows(IllegalArgumentException.class, () -> new DeviceNumber(-1, 0));
  }
}
