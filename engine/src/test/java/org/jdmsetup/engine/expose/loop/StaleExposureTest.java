package org.jdmsetup.engine.expose.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.aio.TestLoops;
import org.jdmsetup.engine.expose.BlockNodes;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After a daemon was killed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StaleExposureTest {

  @TempDir Path runDirectory;
  @TempDir Path elsewhere;

  private final EventLoops eventLoops = TestLoops.start();
  private String[] loops;

  @AfterEach
  void endEventLoops() {
    eventLoops.close();
  }

  private Process startDaemon() throws IOException {
    Process daemon =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                DoomedDaemon.class.getName(),
                runDirectory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = daemon.inputReader();
    loops = output.readLine().split(" ");
    for (int i = 0; i < loops.length; i++) {
      loops[i] = "/dev/loop" + LoopDriver.number(Integer.parseInt(loops[i]));
    }
    return daemon;
  }

  private static void kill(Process daemon) throws InterruptedException {
    daemon.destroyForcibly();
    daemon.waitFor();
  }

  private boolean isMounted(Path path) throws IOException {
    return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + path + " ");
  }

  /** The number alone says nothing: any process may have taken it since. */
  private boolean isOurs(String loop) throws IOException {
    Path file = Path.of("/sys/block", loop.substring(5), "loop", "backing_file");
    try {
      return Files.readString(file).startsWith(runDirectory.toString());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Test
  void everythingOfADeadDaemonGoesAndNothingElse() throws Exception {
    BlockNodes.needed();
    LoopExposure foreign = new LoopExposure(elsewhere, eventLoops);
    MemoryDevice device = new MemoryDevice(1 << 20);
    int minor = foreign.add("first", device, -1);
    kill(startDaemon());

    List<String> report = StaleExposure.clean(runDirectory);

    assertEquals(4, report.size(), report::toString);
    assertTrue(report.toString().contains("detached " + loops[0]), report::toString);
    assertTrue(report.toString().contains("detached " + loops[1]), report::toString);
    assertTrue(report.toString().contains("unmounted " + runDirectory), report::toString);
    assertFalse(isMounted(runDirectory.resolve("fuse")));
    assertFalse(Files.exists(runDirectory.resolve("nbd.sock")));
    for (String loop : loops) {
      assertFalse(isOurs(loop), loop);
    }
    assertEquals(List.of(), StaleExposure.clean(runDirectory));

    try (InputStream in = Files.newInputStream(Path.of("/dev/loop" + LoopDriver.number(minor)))) {
      assertEquals(1 << 20, in.readAllBytes().length, "a device of somebody else's");
    }
    assertTrue(foreign.remove(minor));
    foreign.close();

    LoopExposure next = new LoopExposure(runDirectory, eventLoops);
    assertTrue(next.remove(next.add("first", device, -1)));
    next.close();
  }

  @Test
  void aMountedDeviceGoesWithItsLastUser() throws Exception {
    BlockNodes.needed();
    Needs.tools("mkfs.ext4", "mount", "umount");
    Process daemon = startDaemon();
    Path mounted = Files.createDirectory(elsewhere.resolve("mnt"));
    Programs.run("mkfs.ext4", "-q", loops[0]);
    Programs.run("mount", loops[0], mounted.toString());
    kill(daemon);
    try {
      List<String> report = StaleExposure.clean(runDirectory);
      assertTrue(report.toString().contains(loops[0] + " (on"), report::toString);
      assertTrue(report.toString().contains("still in use"), report::toString);
      assertFalse(isMounted(runDirectory.resolve("fuse")));
    } finally {
      Programs.run("umount", mounted.toString());
    }
    int number = Integer.parseInt(loops[0].substring("/dev/loop".length()));
    while (LoopDriver.backingFile(number) != null) {
      Thread.onSpinWait();
    }
    LoopDriver.removeWithRetry(number);
    assertFalse(Files.exists(LoopDriver.sysfs(number)));
  }

  @Test
  void aDeviceThatIsAboutToBeClosedIsWaitedFor() throws Exception {
    BlockNodes.needed();
    kill(startDaemon());
    int number = Integer.parseInt(loops[0].substring("/dev/loop".length()));
    int fd = LoopDriver.open(number, runDirectory, Linux.O_RDONLY);
    Thread user =
        new Thread(
            () -> {
              while ((LoopDriver.flags(fd) & LoopDriver.FLAG_AUTOCLEAR) == 0) {
                Thread.onSpinWait();
              }
              NativeIo.C.close(fd);
            });
    user.start();
    List<String> report = StaleExposure.clean(runDirectory);
    user.join();
    assertTrue(report.toString().contains("detached " + loops[0]), report::toString);
    assertFalse(Files.exists(LoopDriver.sysfs(number)));
  }

  @Test
  void aStoppedDaemonDoesNotHoldTheCleaningUp() throws Exception {
    BlockNodes.needed();
    Needs.tools("kill", "dd");
    Process daemon = startDaemon();
    Programs.run("kill", "-STOP", Long.toString(daemon.pid()));
    Process reader =
        new ProcessBuilder("dd", "if=" + loops[0], "of=/dev/null", "bs=4k", "count=1")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      List<String> report = StaleExposure.clean(runDirectory);
      assertTrue(report.toString().contains("unmounted"), report::toString);
      reader.waitFor();
    } finally {
      kill(daemon);
    }
    StaleExposure.clean(runDirectory);
    for (String loop : loops) {
      int number = Integer.parseInt(loop.substring("/dev/loop".length()));
      while (LoopDriver.backingFile(number) != null) {
        Thread.onSpinWait();
      }
      LoopDriver.removeWithRetry(number);
    }
  }
}
