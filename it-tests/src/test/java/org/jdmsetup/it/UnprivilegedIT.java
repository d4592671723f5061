package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Product;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user with no privilege has everything but the block node. */
final class UnprivilegedIT {
  private static final String NOBODY =
      "setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all ";

  private EngineWorld world;

  @BeforeEach
  void open() throws Exception {
    Requirement.root(); // to become nobody
    Needs.tools("setpriv", "qemu-io", "nbdcopy");
    world = EngineWorld.open();
    // A copy that anybody may read, wherever the checkout is.
    world.set("HOME", world.work().toString());
    world.ok(
        """
        chmod 755 ../ && tar -xzf '%s' && mv jdmsetup-* package
        chown -R 65534:65534 ..
        """
            .formatted(Product.archive()));
    world.set("PATH", world.work().resolve("package/bin") + ":" + System.getenv("PATH"));
  }

  @AfterEach
  void close() throws Exception {
    if (world != null) {
      world.close();
    }
  }

  @Test
  void devicesAreServedOverNbd() throws Exception {
    asNobody(
        """
        head -c 5000192 /dev/urandom > disk
        dmsetup create mine --table "0 9000 linear $PWD/disk 7"
        test "$(dmsetup table mine | cut -d' ' -f1-3)" = '0 9000 linear'
        nbdcopy "nbd+unix:///mine?$NBD" copy
        tail -c +3585 disk | head -c 4608000 | cmp - copy
        qemu-io -f raw -c 'write -P 0x3c 512 1024' -c flush -c 'read -P 0x3c 512 1024' "nbd+unix:///mine?$NBD" > qemu.log
        ! grep -i fail qemu.log
        dmsetup remove mine
        dmsetup create 'a b' --table "0 8 linear $PWD/disk 0"
        test "$(nbdinfo --size "nbd+unix:///a%20b?$NBD")" = 4096
        test "$(nbdinfo --size "nbd+unix:///a%5Cx20b?$NBD")" = 4096
        test "$(dmsetup info -c --noheadings -o name "$DM_DEV_DIR/mapper/a b")" = 'a b'
        test "$(dmsetup info -c --noheadings -o name '/dev/mapper/a\\x20b')" = 'a b'
        dmsetup remove '/dev/mapper/a b'
        dmsetup create small --table "0 9760 unstriped 2 8 1 $PWD/disk 0"
        ! qemu-io -f raw -c 'write 4800k 4k' "nbd+unix:///small?$NBD" > qemu.log
        test "$(stat -c %s disk)" = 5000192
        dmsetup remove small
        test "$(dmsetup ls)" = 'No devices found'
        """);
    assertEquals(
        "3c".repeat(1024),
        world.ok("dd if=disk bs=512 skip=8 count=2 status=none | od -An -tx1 -v | tr -d ' \\n'"));
  }

  @Test
  void aControlNodeThatMayNotBeOpenedIsAnErrorAndAHint() throws Exception {
    Needs.tools("unshare", "dmsetup", "mknod");
    // The C tool looks for the node where it always is: a private /dev/mapper shows it one.
    String other =
        "unshare --mount --propagation private sh -c '"
            + "mkdir -p /dev/mapper && mount -t tmpfs none /dev/mapper && mknod -m 600 /dev/mapper/control c 10 236; "
            + "unset DM_DEV_DIR JDMSETUP_BACKEND; exec "
            + NOBODY
            + "%s'";
    for (String command : new String[] {"ls", "version", "create x --table \"0 8 zero\""}) {
      Programs.Result theirs = world.sh(other.formatted("/usr/sbin/dmsetup " + command));
      Programs.Result ours =
          world.sh(other.formatted(world.work() + "/package/bin/dmsetup " + command));
      assertEquals(theirs.status(), ours.status(), command);
      assertEquals(theirs.out(), ours.out(), command);
      String first = theirs.err().lines().findFirst().orElse("");
      assertEquals(first, ours.err().lines().findFirst().orElse(""), command);
      assertTrue(ours.err().contains("engine"), "no hint how to ask for the engine: " + ours.err());
      boolean kernel = Files.readString(Path.of("/proc/misc")).contains(" device-mapper\n");
      String found =
          kernel ? "The kernel has a device mapper" : "there is no device mapper in /proc/misc";
      assertTrue(ours.err().contains(found), ours.err());
    }
  }

  private void asNobody(String lines) throws Exception {
    Files.writeString(world.work().resolve("script"), "set -e\n" + lines);
    world.ok("exec " + NOBODY + "sh script");
  }
}
