package org.jdmsetup.engine.expose.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.engine.expose.BlockNodes;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.ioctl.system.Mount;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which device a mount is of. */
class MountsTest {
  private static final DeviceNumber DISK = new DeviceNumber(8, 1);

  @TempDir Path directory;

  private static Mount mount(int major, int minor, String type, String source) {
    return new Mount(20, major, minor, "/somewhere", type, source);
  }

  @Test
  void mostHaveTheNumberOfTheirDevice() {
    assertEquals(DISK, Mounts.device(mount(8, 1, "ext4", "/dev/root"), ""));
  }

  @Test
  void withANumberOfItsOwnTheSourceCounts() throws Exception {
    BlockNodes.needed();
    Path nodes = Files.createDirectories(directory.resolve("dev"));
    String node = nodes.resolve("disk").toString();
    assertEquals(0, NativeIo.C.mknod(node, Linux.S_IFBLK | 0600, DISK.encoded()));
    assertEquals(DISK, Mounts.device(mount(0, 41, "btrfs", "/dev/disk"), directory.toString()));
    assertNull(Mounts.device(mount(0, 41, "btrfs", "/dev/other"), directory.toString()));
  }

  @Test
  void othersAreOfNone() {
    assertNull(Mounts.device(mount(0, 42, "tmpfs", "tmpfs"), ""));
    assertNull(Mounts.device(mount(0, 43, "fuse", "/dev/null"), ""));
    assertFalse(Mounts.namespaces().isEmpty());
  }
}
