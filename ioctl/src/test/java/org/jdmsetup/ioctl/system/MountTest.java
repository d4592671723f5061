package org.jdmsetup.ioctl.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountTest {

  @Test
  void optionalWordsMayBeAnyNumber() {
    String before = "36 35 98:3 /mnt1 /mnt2 rw,noatime";
    String after = " - ext3 /dev/root rw,errors=continue";
    Mount mount = new Mount(36, 98, 3, "/mnt2", "ext3", "/dev/root");
    assertEquals(mount, Mount.ofLine(before + after));
    assertEquals(mount, Mount.ofLine(before + " master:1" + after));
    assertEquals(mount, Mount.ofLine(before + " shared:4 master:1" + after));
    assertTrue(mount.hasNumber(98, 3));
  }

  @Test
  void blanksAndBackslashesAreEscaped() {
    Mount mount =
        Mount.ofLine("1 2 0:41 / /a\\040b\\134\\011\u00e4 rw - fuse.jdmsetup /dev/x\\0401 rw");
    assertEquals("/a b\\\t\u00e4", mount.point());
    assertEquals("/a\\040b\\134\\011\u00e4", mount.escapedPoint());
    assertEquals("/dev/x 1", mount.source());
    assertEquals("fuse.jdmsetup", mount.type());
  }

  @Test
  void aSourceMayBeEmpty() {
    assertEquals("", Mount.ofLine("1 2 0:41 / /a rw - tmpfs  rw").source());
  }

  @Test
  void otherLinesAreNone() {
    for (String line :
        List.of(
            "",
            "36 35 98:3 / /mnt rw",
            "36 35 98:3 / /mnt rw -",
            "36 35 98:3 / /mnt rw - ext4",
            "x 35 98:3 / /mnt rw - ext4 /dev/a rw",
            "36 35 98 / /mnt rw - ext4 /dev/a rw",
            "36 35 98:x / /mnt rw - ext4 /dev/a rw")) {
      assertNull(Mount.ofLine(line), line);
    }
  }

  @Test
  void thisProcessSeesItsRoot() {
    assertTrue(Mount.all().stream().anyMatch(mount -> mount.point().equals("/")));
    assertEquals(List.of(), Mount.seenBy(Path.of("/proc/0")));
  }
}
