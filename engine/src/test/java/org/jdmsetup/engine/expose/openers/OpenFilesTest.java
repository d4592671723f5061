package org.jdmsetup.engine.expose.openers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.engine.expose.openers.OpenFileComparison.Descriptor;
import org.jdmsetup.testing.Needs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which descriptors are one open file: as the kernel says, and as can be seen without asking it.
 */
class OpenFilesTest {

  @TempDir Path directory;

  private Process shell;
  private int parent;
  private int child;

  /**
   * A file that a shell opened as 5, duplicated as 6 and gave its child; another that it opened as
   * 7, opened as 8 too, and has read from there.
   */
  @BeforeEach
  void start() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "one\ntwo\n");
    String script =
        "exec 5<$0 7<$0; sleep 60 >/dev/null & exec 6<&5 8<$0; read line <&8; echo $!; read end";
    shell = new ProcessBuilder("bash", "-c", script, file.toString()).start();
    parent = (int) shell.pid();
    child = Integer.parseInt(shell.inputReader().readLine());
  }

  @AfterEach
  void stop() throws InterruptedException {
    shell.descendants().forEach(ProcessHandle::destroy);
    shell.destroy();
    shell.waitFor();
  }

  private static int count(OpenFileComparison same, Descriptor... descriptors) {
    OpenFiles files = new OpenFiles(same);
    for (Descriptor descriptor : descriptors) {
      files.add(descriptor);
    }
    return files.count();
  }

  private void sharedFilesCountOnce(OpenFileComparison same) {
    Descriptor five = new Descriptor(parent, 5);
    assertEquals(1, count(same, five, new Descriptor(parent, 6), new Descriptor(child, 5)));
    assertEquals(1, count(same, new Descriptor(child, 7), new Descriptor(parent, 7)));
    assertEquals(2, count(same, new Descriptor(parent, 7), new Descriptor(parent, 8)));
    Descriptor closed = new Descriptor(parent, 99);
    assertEquals(OpenFileComparison.GONE, same.compare(closed, five));
  }

  @Test
  void theKernelTellsFilesApart() {
    Needs.that(Kcmp.works(), "kcmp(2)");
    sharedFilesCountOnce(new Kcmp());
    assertEquals(2, count(new Kcmp(), new Descriptor(parent, 5), new Descriptor(parent, 7)));
  }

  @Test
  void placesAndFlagsTellMostFilesApart() {
    sharedFilesCountOnce(new FdinfoComparison());
  }

  /** A descriptor that has gone meanwhile leaves the answer to the others of its file. */
  @Test
  void aFileWhoseFirstDescriptorGoesIsStillOne() {
    OpenFiles files = new OpenFiles(OpenFileComparison.best());
    files.add(new Descriptor(child, 5));
    files.add(new Descriptor(parent, 5));
    ProcessHandle.of(child).orElseThrow().destroyForcibly();
    ProcessHandle.of(child).ifPresent(process -> process.onExit().join());
    files.add(new Descriptor(child, 7));
    files.add(new Descriptor(parent, 6));
    assertEquals(1, files.count());
  }
}
