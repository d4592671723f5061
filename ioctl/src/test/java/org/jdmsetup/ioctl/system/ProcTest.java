package org.jdmsetup.ioctl.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What there is in {@code /proc}, and what there is not. */
class ProcTest {
  private static final Path OWN = Path.of("/proc", "" + ProcessHandle.current().pid());

  @Test
  void thisProcessIsThereAndNothingElseThanProcesses() {
    List<Path> processes = Proc.processes();
    assertTrue(processes.contains(OWN), () -> "" + processes);
    for (Path process : processes) {
      assertTrue(process.getFileName().toString().matches("[1-9][0-9]*"), process::toString);
    }
  }

  @Test
  void aFileHasLines() {
    assertTrue(Proc.lines(OWN.resolve("status")).get(0).startsWith("Name:"));
    assertEquals(List.of(), Proc.lines(OWN.resolve("no-such-file")));
    assertEquals(List.of(), Proc.lines(OWN), "a directory has none");
  }
}
