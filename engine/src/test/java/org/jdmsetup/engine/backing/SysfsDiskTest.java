package org.jdmsetup.engine.backing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Test;

class SysfsDiskTest {

  @Test
  void eachBlockDeviceHasASizeAndADisk() {
    for (DeviceNumber number : SysfsDisk.all()) {
      SysfsDisk sysfs = new SysfsDisk(number);
      assertTrue(sysfs.exists(), number::toString);
      assertTrue(sysfs.deviceNumber("size", -1) >= 0, number::toString);
      assertEquals(number.toString(), sysfs.deviceText("dev"));
      assertTrue(sysfs.diskNumber("queue/logical_block_size", -1) >= 512, number::toString);
    }
  }

  @Test
  void ofADeviceThatIsNotThereNothingIsKnown() {
    SysfsDisk none = new SysfsDisk(new DeviceNumber(4095, 1_048_575));
    assertFalse(none.exists());
    assertFalse(none.isPartition());
    assertEquals("", none.diskText("size", "dev"));
    assertEquals(7, none.diskNumber("size", 7));
  }
}
