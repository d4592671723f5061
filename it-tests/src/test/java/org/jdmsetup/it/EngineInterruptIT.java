package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.Test;

/** A {@code create} that a signal ends leaves the whole device or nothing in the engine too. */
final class EngineInterruptIT {
  private static final int ATTEMPTS = 12;
  private static final int RULES = 20_000;
  private static final int LIMIT_SECONDS = 60;

  /** The signals, each with the status that a shell tells of a process that it ended. */
  private static final Map<String, Integer> SIGNALS = Map.of("HUP", 129, "INT", 130, "TERM", 143);

  @Test
  void nothingHalfDoneIsLeft() throws Exception {
    try (EngineWorld world = EngineWorld.open()) {
      Path disk = world.file(8);
      StringBuilder table = new StringBuilder();
      for (int i = 0; i < RULES; i++) {
        table.append(i * 8L).append(" 8 linear ").append(disk).append(" 0\n");
      }
      Files.writeString(world.work().resolve("table"), table);
      world.ok("dmsetup create anchor --table '0 8 zero'");
      for (int i = 0; i < ATTEMPTS; i++) {
        String signal = SIGNALS.keySet().stream().sorted().toList().get(i % SIGNALS.size());
        int status = interrupt(world, signal, i);
        assertTrue(status == 0 || status == SIGNALS.get(signal), signal + ": status " + status);
        assertWholeOrNothing(world);
        world.sh("dmsetup remove many");
      }
    }
  }

  /** Sends the signal once the device is there, and its table not yet as a rule. */
  private static int interrupt(EngineWorld world, String signal, int attempt) throws Exception {
    // A child of a JVM that runs in a shell's background ignores SIGINT.
    Process create = world.start("exec env --default-signal dmsetup create many table");
    while (create.isAlive() && devices(world) < 2) {
      Thread.onSpinWait();
    }
    TimeUnit.MILLISECONDS.sleep(2L * (attempt / SIGNALS.size()));
    world.sh("kill -" + signal + " " + create.pid());
    assertTrue(create.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "the command ends");
    return create.exitValue();
  }

  private static long devices(EngineWorld world) throws IOException {
    try (Stream<Path> files = Files.list(world.run().resolve("journal"))) {
      return files.filter(file -> file.toString().endsWith(".device")).count();
    }
  }

  private static void assertWholeOrNothing(EngineWorld world) throws Exception {
    Programs.Result table = world.sh("dmsetup table many");
    Path node = world.nodes().resolve("many");
    if (table.status() != 0) {
      assertEquals("anchor\n", world.ok("dmsetup info -c --noheadings -o name"));
      assertEquals(false, Files.exists(node), "no device, no node");
    } else {
      assertEquals(RULES, table.out().lines().count());
      boolean nodes = Files.exists(world.nodes().resolve("anchor"));
      assertEquals(nodes, Files.exists(node), "the node is there");
    }
  }
}
