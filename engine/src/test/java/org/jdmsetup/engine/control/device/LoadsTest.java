package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.TestDisk;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.TargetMessage;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Operations that take long hold up nobody whom they do not concern. */
@Timeout(60)
final class LoadsTest {
  /** One for each task: those of the common pool may all be waiting for each other. */
  private static final Executor THREADS = task -> new Thread(task).start();

  @TempDir Path directory;

  private EngineFixture engine;
  private String disk;

  @BeforeEach
  void start() throws Exception {
    disk = EngineFixture.file(directory, "disk", 2000);
    engine = new EngineFixture(Files.createDirectory(directory.resolve("run")));
  }

  @AfterEach
  void end() {
    engine.close();
  }

  @Test
  void aTableThatWaitsForASuspendedDeviceHoldsUpNoOther() throws Exception {
    int cow = engine.device("cow", "0 1000 linear " + disk + " 0").number().minor();
    int origin = engine.device("origin", "0 1000 linear " + disk + " 1000").number().minor();
    assertEquals(0, engine.suspend("cow").errno());
    String major = engine.engine.major() + ":";
    String snapshot = "0 1000 snapshot %s%d %s%d P 8".formatted(major, origin, major, cow);
    engine.device("snap", "0 8 zero");
    CompletableFuture<Integer> loaded =
        CompletableFuture.supplyAsync(() -> engine.load("snap", snapshot).errno());
    MappedDevice below = engine.engine.devices().named("cow");
    while (!below.gate.hasRequests()) {
      assertFalse(loaded.isDone(), "it reads nothing of its store");
      Thread.onSpinWait();
    }
    engine.device("other", "0 8 zero");
    int snap = engine.engine.devices().named("snap").number().minor();
    assertEquals(
        Errno.EINVAL.number(),
        engine.load("cow", "0 8 linear " + major + snap + " 0").errno(),
        "a loop with a table that is being made");
    assertEquals(0, engine.resume("cow").errno());
    assertEquals(0, loaded.get(30, TimeUnit.SECONDS));
    assertEquals(0, engine.resume("snap").errno());
  }

  /** What becomes live is what is in the slot once the requests under way have finished. */
  @Test
  void aTableThatIsClearedOrReplacedWhileAResumeWaitsDoesNotBecomeLive() throws Exception {
    for (boolean cleared : List.of(true, false)) {
      DeviceNumber number = new DeviceNumber(240, 1);
      TestDisk held = new TestDisk(number, 256, new ArrayList<>());
      Path run = Files.createDirectory(directory.resolve("resume" + cleared));
      try (EngineFixture other =
          new EngineFixture(run, new NodelessExposure(), Map.of(number, held))) {
        MappedDevice vol = other.device("vol", "0 64 linear 240:1 0");
        int low = other.device("low", "0 64 linear " + disk + " 0").number().minor();
        held.hold(Request.Op.WRITE);
        CompletableFuture<Integer> write =
            CompletableFuture.supplyAsync(() -> new DeviceIo(vol, 8).write(0, 8, 2), THREADS);
        while (held.held() == 0) {
          Thread.onSpinWait();
        }
        other.load("vol", "0 64 linear " + other.engine.major() + ":" + low + " 0");
        CompletableFuture<Integer> resumed =
            CompletableFuture.supplyAsync(() -> other.resume("vol").errno(), THREADS);
        while (!vol.gate.closed()) {
          Thread.onSpinWait();
        }
        assertEquals(
            0,
            cleared
                ? other.call(DmCommand.TABLE_CLEAR, "vol", buffer -> {}).errno()
                : other.load("vol", "0 64 zero").errno());
        held.releaseHeld();
        assertEquals(0, write.get(30, TimeUnit.SECONDS));
        assertEquals(0, resumed.get(30, TimeUnit.SECONDS));
        assertEquals(0, other.flags("vol") & (DmFlag.SUSPEND | DmFlag.INACTIVE_PRESENT));
        assertEquals(List.of(cleared ? "0 64 linear 240:1 0" : "0 64 zero "), other.table("vol"));
        assertEquals(0, new DeviceIo(vol, 8).read(0, 8));
        assertEquals(0, other.remove("low").errno());
      }
    }
  }

  @Test
  void aDeferredRemovalThatWasCancelledDoesNotHappen() throws Exception {
    MappedDevice vol = engine.device("vol", "0 8 zero");
    assertTrue(vol.retain());
    engine.call(DmCommand.DEV_REMOVE, "vol", buffer -> buffer.flags(DmFlag.DEFERRED_REMOVE));
    vol.lifeLock.lock(); // as a suspend does that waits for requests under way
    vol.opens.close();
    assertEquals(
        0,
        engine
            .call(
                DmCommand.TARGET_MSG,
                "vol",
                buffer ->
                    TextPayload.writeMessage(
                        buffer, new TargetMessage(Sectors.ZERO, "@cancel_deferred_remove")))
            .errno());
    vol.lifeLock.unlock();
    engine.device("marked", "0 8 zero");
    engine.call(DmCommand.DEV_REMOVE, "marked", buffer -> buffer.flags(DmFlag.DEFERRED_REMOVE));
    engine.engine.removal.sweep();
    assertEquals(List.of("vol"), engine.names());
  }
}
