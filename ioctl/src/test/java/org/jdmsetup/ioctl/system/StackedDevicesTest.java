package org.jdmsetup.ioctl.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StackedDevicesTest {
  @TempDir Path sysfs;

  @Test
  void aDeviceThatHoldsThisOneIsNamedByItsLink() throws IOException {
    Path holders = Files.createDirectory(sysfs.resolve("holders"));
    Path link = Files.createSymbolicLink(holders.resolve("dm-1"), Path.of("../../dm-1"));
    assertEquals(List.of(link), StackedDevices.above(sysfs));
  }

  @Test
  void nothingHoldsADeviceThatHasGone() {
    assertEquals(List.of(), StackedDevices.above(sysfs.resolve("gone")));
  }
}
