package org.jdmsetup.tables.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Test;

class DeviceRefTest {

  @Test
  void twoNumbersAreADevice() throws DeviceNumberException {
    DeviceRef sdb = new DeviceRef.Number(new DeviceNumber(8, 16));
    assertEquals(sdb, DeviceRef.parse("8:16"));
    assertEquals(sdb, DeviceRef.parse("008:0016"));
    assertEquals(sdb, DeviceRef.parse(" 8: 16"));
    assertEquals("8:16", sdb.toString());
  }

  @Test
  void anythingElseIsAPath() throws DeviceNumberException {
    for (String word :
        new String[] {"/dev/sdb", "8:16x", "8:16 ", "8:-1", "+8:16", "8", ":", "8:"}) {
      assertEquals(new DeviceRef.Path(word), DeviceRef.parse(word));
    }
    assertThrows(IllegalArgumentException.class, () -> new DeviceRef.Path("8:16"));
    assertThrows(IllegalArgumentException.class, () -> new DeviceRef.Path(""));
  }

  @Test
  void remoteDisks() throws DeviceNumberException {
    URI uri = URI.create("nbd+unix:///disk?socket=/run/nbd.sock");
    assertEquals(new DeviceRef.Remote(uri), DeviceRef.parse(uri.toString()));
    assertInstanceOf(DeviceRef.Remote.class, DeviceRef.parse("nbd://host:10809/disk"));
    assertInstanceOf(DeviceRef.Path.class, DeviceRef.parse("nbd://a b"));
    assertInstanceOf(DeviceRef.Path.class, DeviceRef.parse("http://host/disk"));
  }

  @Test
  void numbersTooLargeForADevice() {
    assertTrue(overflow("4096:0").certain());
    assertTrue(overflow("8:1048576").certain());
    assertTrue(overflow("4294967295:0").certain());
    assertFalse(overflow("4294967304:16").certain());
    assertEquals(
        "device number '8:1048576' has a major above 4095 or a minor above 1048575",
        overflow("8:1048576").getMessage());
  }

  private static DeviceNumberException overflow(String word) {
    return assertThrows(DeviceNumberException.class, () -> DeviceRef.parse(word));
  }
}
