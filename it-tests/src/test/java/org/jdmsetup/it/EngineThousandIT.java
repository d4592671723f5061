package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A thousand devices come and go in one go, and the daemon is as it was before. */
final class EngineThousandIT {
  private static final int DEVICES = 1000;

  @Test
  void aThousandDevicesLeaveNothing() throws Exception {
    Requirement.blockNodes();
    try (EngineWorld world = EngineWorld.open()) {
      Path disk = world.file(DEVICES * 8L);
      world.ok("dmsetup create anchor --table '0 8 zero'");
      thousand(world, disk);
      // Only now has the daemon what it keeps: its threads' pools, its buffers.
      String before = belongings(world);
      thousand(world, disk);
      Await.nothing(
          Duration.ofSeconds(30),
          () -> {
            String after = belongings(world);
            return after.equals(before) ? "" : "before\n" + before + "after\n" + after;
          });
      assertEquals("anchor\n", world.ok("dmsetup ls | cut -f1"));
    }
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

  private static String belongings(EngineWorld world) {
    Path daemon = Path.of("/proc/" + world.daemon().orElseThrow().pid());
    return "threads %d, open files %d, mappings of deleted files %d, journal entries %d, nodes %d, loop nodes %d\n"
        .formatted(
            count(daemon.resolve("task")),
            count(daemon.resolve("fd")),
            deletedMappings(daemon),
            count(world.run().resolve("journal")),
            count(world.nodes()),
            loopNodes());
  }

  private static long count(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long loopNodes() {
    try (Stream<Path> entries = Files.list(Path.of("/dev"))) {
      return entries.filter(entry -> entry.getFileName().toString().startsWith("loop")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long deletedMappings(Path process) {
    try {
      return Files.readString(process.resolve("maps"))
          .lines()
          .filter(line -> line.endsWith("(deleted)"))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
