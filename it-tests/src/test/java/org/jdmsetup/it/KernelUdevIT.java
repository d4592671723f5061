package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jdmsetup.it.world.KernelWorld;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.Test;

/**
 * A real udevd in the guest: the C tool and ours tell it the same, wait for it, and leave the nodes
 * to it.
 */
final class KernelUdevIT {
  @Test
  void aSessionWithAndWithoutUdev() {
    Needs.tools("udevadm");
    KernelWorld world = KernelWorld.get();
    Programs.Result result = world.script("udev");
    assertEquals(
        """
        without udev:
        $ dmsetup create x --table 0 8 zero
        status 0
        $ dmsetup udevcreatecookie
        status 0
        $ dmsetup remove x
        status 0
        $ dmsetup create x --table 0 8 zero
        status 0
        node '/dev/mapper/x' brw-rw---- root disk fe:0
        $ dmsetup udevcreatecookie
        status 0
        $ dmsetup remove x
        status 0
        the session:
        same
        45 commands
        what udev was told:
        same
        add dm-0
        add dm-1
        add dm-2
        change dm-0
        change dm-1
        change dm-2
        flags 0x40, a cookie
        flags 0x43, a cookie
        flags 0x43, no cookie
        flags 0x60, a cookie
        flags 0x60, no cookie
        flags 0x63, a cookie
        remove dm-0
        remove dm-1
        remove dm-2
        interrupted:
        same
        status 143
        Cookie       Semid      Value      Last semop time           Last change time
        cookie    ID 1          TIME  TIME
        node '/dev/mapper/late' -> '../dm-0' lrwxrwxrwx root root fe:0
        Cookie       Semid      Value      Last semop time           Last change time
        cookie    ID 0          TIME  TIME
        1 semaphores with keys prefixed by 3405 (0xd4d) destroyed. 0 skipped.
        """,
        result.out(),
        () -> result.err() + world.explanation());
  }
}
