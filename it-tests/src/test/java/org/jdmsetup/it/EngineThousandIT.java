package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jdmsetup.it.world.Await;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Requirement;
import org.junit.jupiter.api.Test;

/** A thousand devices are made and removed, and nothing of them is left in the daemon. */
final class EngineThousandIT {
  private static final int DEVICES = 1000;

  @Test
  void aThousandDevicesLeaveNothing() throws Exception {
    Requirement.blockNodes();
    try (EngineWorld world = EngineWorld.open()) {
      Path disk = world.file(DEVICES * 8L);
      world.ok("dmsetup create anchor --table '0 8 zero'");
      Map<String, Long> outside = outside(world);
      thousand(world, disk);
      settle(outside, () -> outside(world));
      // Only now has the daemon what it keeps: pools of threads, buffers.
      Map<String, Long> inside = inside(world);
      thousand(world, disk);
      settle(outside, () -> outside(world));
      settle(inside, () -> inside(world));
      assertEquals("anchor\n", world.ok("dmsetup ls | cut -f1"));
    }
  }

  /** Longer than the minute for which the daemon keeps threads that have nothing to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  /** Waits until there is no more of anything than there was. */
  private static void settle(Map<String, Long> before, Supplier<Map<String, Long>> now)
      throws InterruptedException {
    Await.nothing(
        PATIENCE,
        () -> {
          Map<String, Long> after = now.get();
          boolean more = after.keySet().stream().anyMatch(key -> after.get(key) > before.get(key));
          return more ? "there was " + before + ", there is " + after : "";
        });
  }

  private static void thousand(EngineWorld world, Path disk) throws Exception {
    StringBuilder devices = new StringBuilder();
    for (int i = 0; i < DEVICES; i++) {
      devices.append("dev%d,,,,0 8 linear %s %d;".formatted(i, disk, i * 8L));
    }
    Files.writeString(world.work().resolve("devices"), devices);
    world.ok("dmsetup create --concise < devices");
    assertEquals(DEVICES + 1, world.ok("dmsetup ls").lines().count());
    assertEquals(DEVICES + 1, count(world.nodes()));
    world.ok("echo here | dd of=$NODES/dev777 conv=fsync status=none");
    world.ok("dmsetup ls | cut -f1 | grep '^dev' | xargs dmsetup remove");
    assertEquals(
        "here\n",
        world.ok(
            "dd if=%s bs=512 skip=%d count=1 status=none | head -c 5".formatted(disk, 777 * 8)));
  }

  private static Map<String, Long> outside(EngineWorld world) {
    return Map.of(
        "journal entries", count(world.run().resolve("journal")),
        "nodes", count(world.nodes()),
        "files in the FUSE directory", count(world.run().resolve("fuse")),
        "loop devices", loops());
  }

  private static Map<String, Long> inside(EngineWorld world) {
    Path daemon = Path.of("/proc/" + world.daemon().orElseThrow().pid());
    return Map.of(
        "threads", count(daemon.resolve("task")), "open files", count(daemon.resolve("fd")));
  }

  private static long count(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long loops() {
    try (Stream<Path> entries = Files.list(Path.of("/dev"))) {
      return entries.filter(entry -> entry.getFileName().toString().startsWith("loop")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
