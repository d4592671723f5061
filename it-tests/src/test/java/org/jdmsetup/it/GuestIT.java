package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jdmsetup.it.world.Guest;
import org.jdmsetup.it.world.Requirement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guest tells what its script did, and its own death from the script's. */
final class GuestIT {
  @TempDir private Path scratch;

  @BeforeEach
  void kernel() {
    Requirement.kernel();
  }

  @Test
  void aScriptRunsWithTheKernelsDeviceMapperAndLeavesTheHostAlone() throws Exception {
    Guest.Outcome outcome =
        run(
            """
            dmsetup version | tail -n 1 | cut -d. -f1
            touch /etc/written-by-the-guest && echo kept > "$SCRATCH/kept"
            echo complaint >&2
            exit 3
            """);
    assertEquals(3, outcome.status(), outcome::consoleTail);
    assertEquals("Driver version:    4\n", outcome.out());
    assertEquals("complaint\n", outcome.err());
    assertEquals("kept\n", Files.readString(scratch.resolve("kept")));
    assertEquals(false, Files.exists(Path.of("/etc/written-by-the-guest")));
  }

  @Test
  void aPanicIsAStatusOfItsOwn() throws Exception {
    Guest.Outcome outcome = run("echo before; echo c > /proc/sysrq-trigger; echo after");
    assertEquals(Guest.DIED, outcome.status());
    assertEquals("before\n", outcome.out());
    assertTrue(outcome.consoleTail().contains("panic"), outcome.console());
  }

  private Guest.Outcome run(String script) throws Exception {
    return Guest.run(scratch, List.of("dm-mod"), script, Duration.ofMinutes(2));
  }
}
