package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jdmsetup.it.world.Await;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is to be seen of the daemon from outside, while it runs and when it has gone. */
final class EngineLogIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private EngineWorld world;

  @BeforeEach
  void oneDevice() throws Exception {
    world = EngineWorld.open();
    world.ok("dmsetup create zeroes --table '0 8 zero'");
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void listsOfProcessesShowItByNameAndRunDirectory() throws Exception {
    Needs.tools("ps");
    String pid = pid();
    assertEquals("jdmsetup-engine\n", world.ok("ps -o comm= -p " + pid));
    String line = world.ok("ps -ww -o args= -p " + pid).strip();
    assertTrue(line.endsWith(" org.jdmsetup.engine.Daemon " + world.run()), line);
    assertTrue(line.length() - world.run().toString().length() < 160, line);
  }

  @Test
  void itsLogSaysWhenAndStays() throws Exception {
    String pid = pid();
    world.ok("dmsetup remove zeroes");
    List<String> log = ended();
    for (String line : log) {
      assertTrue(
          line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ \\[.*"), line);
    }
    assertTrue(log.get(0).contains(", pid " + pid + ", in " + world.run()), log.get(0));
  }

  @Test
  void aCrashIsReported() throws Exception {
    String pid = pid();
    Path report = world.run().resolve("crash-" + pid + ".log");
    long before = watched();
    Process waiting = world.start("exec dmsetup wait zeroes 0");
    Await.nothing(PATIENCE, () -> watched() > before ? "" : "nobody waits for an event");
    world.ok("kill -SEGV " + pid);
    assertTrue(waiting.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    String lost = Files.readString(world.error(waiting));
    assertTrue(lost.contains("please report it with " + report), lost);

    Programs.Result next = world.sh("dmsetup table");
    assertEquals("zeroes: 0 8 zero \n", next.out());
    assertTrue(next.err().contains("crashed: please report that with " + report), next.err());
    assertFalse(world.sh("dmsetup table").err().contains("crash"), "it is told once");
    world.ok("dmsetup remove zeroes");
    assertTrue(String.join("\n", ended()).contains("please report that with " + report));
    assertTrue(Files.readString(report).contains("SIGSEGV"));
    Files.delete(report);
  }

  private String pid() throws IOException {
    return Files.readString(world.run().resolve("daemon.lock")).strip();
  }

  /** The daemon looks whether a client whose request waits is still there. */
  private long watched() {
    try (Stream<Path> files = Files.list(Path.of("/proc", pid(), "fd"))) {
      return files.filter(EngineLogIT::isPoll).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isPoll(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains("eventpoll");
    } catch (IOException e) {
      return false; // closed in between
    }
  }

  /** The log of a daemon that has ended. */
  private List<String> ended() throws Exception {
    Await.nothing(PATIENCE, () -> world.daemon().isEmpty() ? "" : "the daemon still runs");
    return Files.readAllLines(world.run().resolve("daemon.log"));
  }
}
