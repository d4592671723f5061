package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.testing.Needs;
import org.junit.jupiter.api.Test;

/** A striped device changes its table, over and over, while fio writes and verifies. */
final class EngineUnderLoadIT {
  private static final int SECONDS = Integer.getInteger("it.load.seconds", 60);
  private static final int ROUNDS = 30;

  @Test
  void tablesChangeUnderVerifiedLoad() throws Exception {
    Requirement.blockNodes();
    Needs.tools("fio", "losetup");
    try (EngineWorld world = EngineWorld.open()) {
      String c = world.disk(65_536);
      String d = world.disk(65_536);
      // The same sectors, said in two ways: what a swap may lose or misplace, fio would find.
      String whole = "0 131072 striped 2 32 %s 0 %s 0".formatted(c, d);
      String halves =
          "0 65536 striped 2 32 %1$s 0 %2$s 0\n65536 65536 striped 2 32 %1$s 32768 %2$s 32768"
              .formatted(c, d);
      world.ok("dmsetup create striped --table '" + whole + "'");
      Process fio =
          world.start(
              """
              while :; do  # on a busy machine the swaps may outlast one run
                fio --name=load --filename="$NODES/striped" --ioengine=libaio --direct=1 --iodepth=16 --rw=randrw \\
                    --bs=4k --size=48m --verify=crc32c --verify_backlog=256 --verify_fatal=1 \\
                    --time_based --runtime=%d --output=fio.log || exit
                [ ! -e swapped ] || exit 0
              done
              """
                  .formatted(SECONDS));
      long pause = TimeUnit.SECONDS.toMillis(SECONDS) * 7 / 10 / ROUNDS;
      long start = System.currentTimeMillis();
      for (int round = 0; round < ROUNDS; round++) {
        String table = round % 2 == 0 ? halves : whole;
        world.ok(
            "dmsetup suspend striped; dmsetup load striped --table '%s'; dmsetup resume striped"
                .formatted(table));
        assertEquals(
            table.lines().count(), world.ok("dmsetup table striped").lines().count(), "rules");
        assertTrue(fio.isAlive(), () -> "fio ended early: " + log(world));
        long next = start + (round + 1) * pause - System.currentTimeMillis();
        assertEquals(false, fio.waitFor(Math.max(next, 0), TimeUnit.MILLISECONDS), "fio ended");
      }
      world.ok("touch swapped");
      assertTrue(fio.waitFor(SECONDS + 60, TimeUnit.SECONDS), "fio does not end");
      assertEquals(0, fio.exitValue(), () -> log(world));
      assertTrue(world.ok("cat fio.log").contains("err= 0"), () -> log(world));
    }
  }

  private static String log(EngineWorld world) {
    try {
      return world.sh("cat fio.log; cat \"$JDMSETUP_RUN_DIR/daemon.log\"").out();
    } catch (java.io.IOException | InterruptedException e) {
      return e.toString();
    }
  }
}
