package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.control.journal.Geometry;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What fails because the journal cannot be written has had no effect. */
@Timeout(60)
final class JournalFailsTest {
  private static final int EIO = Errno.EIO.number();

  @TempDir Path directory;

  private Path run;
  private String a;
  private String b;
  private EngineFixture engine;

  @BeforeEach
  void start() throws IOException {
    run = Files.createDirectory(directory.resolve("run"));
    a = EngineFixture.file(directory, "a", 1024);
    b = EngineFixture.file(directory, "b", 1024);
    engine = new EngineFixture(run);
  }

  @AfterEach
  void end() {
    engine.close();
  }

  /** Root writes wherever there is room: the directory itself has to go. */
  private void journalFails() throws IOException {
    Files.move(run.resolve("journal"), run.resolve("aside"));
  }

  private void journalWorks() throws IOException {
    Files.move(run.resolve("aside"), run.resolve("journal"));
  }

  private int message(String text) {
    return engine.message("vol", text).errno();
  }

  private void restart() {
    engine.close();
    engine = new EngineFixture(run);
    assertEquals(List.of(), engine.restored.problems());
  }

  @Test
  void aMessage() throws Exception {
    MappedDevice vol = engine.device("vol", "0 1024 switch 2 512 0 " + a + " 0 " + b + " 0");
    DeviceIo io = new DeviceIo(vol, 8);
    assertEquals(0, message("set_region_mappings 0:1"));
    assertEquals(0, io.write(0, 8, 1));
    String before = vol.live().target(0).savedState();

    journalFails();
    assertEquals(EIO, message("set_region_mappings 0:0 1:0"));
    assertEquals(before, vol.live().target(0).savedState());
    assertEquals(0, io.read(0, 8));
    assertTrue(io.holds(0, 8, 1));

    journalWorks();
    assertEquals(0, message("set_region_mappings 0:0"));
    restart();
    assertEquals("", engine.engine.devices().named("vol").live().target(0).savedState());
  }

  @Test
  void aMessageThatOnlyAsksNeedsNoJournal() throws Exception {
    MappedDevice vol = engine.device("vol", "0 1024 dust " + a + " 0 512");
    assertEquals(0, message("addbadblock 3"));
    String before = vol.live().target(0).savedState();
    journalFails();
    assertEquals(0, message("countbadblocks"));
    assertEquals(EIO, message("clearbadblocks"));
    assertEquals(EIO, message("enable"));
    assertEquals(before, vol.live().target(0).savedState());
    journalWorks();
  }

  @Test
  void aResume() throws Exception {
    engine.device("vol", "0 1024 linear " + a + " 0");
    assertEquals(0, engine.suspend("vol").errno());
    journalFails();
    assertEquals(EIO, engine.resume("vol").errno());
    assertTrue((engine.flags("vol") & DmFlag.SUSPEND) != 0);
    journalWorks();
    assertEquals(0, engine.resume("vol").errno());
    restart();
    assertEquals(0, engine.flags("vol") & DmFlag.SUSPEND);
  }

  @Test
  void aResumeWithALoadedTable() throws Exception {
    MappedDevice vol = engine.device("vol", "0 1024 linear " + a + " 0");
    DeviceIo io = new DeviceIo(vol, 8);
    assertEquals(0, io.write(0, 8, 1));
    assertEquals(0, engine.load("vol", "0 1024 linear " + b + " 0").errno());
    journalFails();
    assertEquals(EIO, engine.resume("vol").errno());
    assertEquals(0, engine.flags("vol") & DmFlag.SUSPEND, "it goes on as before");
    assertTrue((engine.flags("vol") & DmFlag.INACTIVE_PRESENT) != 0);
    assertEquals(0, io.read(0, 8));
    assertTrue(io.holds(0, 8, 1));
    journalWorks();
    assertEquals(0, engine.resume("vol").errno());
    assertEquals(0, io.read(0, 8));
    assertTrue(io.holdsZeroes(8));
  }

  @Test
  void aGeometry() throws Exception {
    MappedDevice vol = engine.device("vol", "0 1024 linear " + a + " 0");
    assertEquals(0, geometry("1 2 3 0"));
    journalFails();
    assertEquals(EIO, geometry("4 5 6 0"));
    journalWorks();
    assertEquals(Geometry.parse("1 2 3 0"), vol.geometry);
  }

  private int geometry(String words) {
    return engine
        .call(DmCommand.DEV_SET_GEOMETRY, "vol", buffer -> TextPayload.write(buffer, words))
        .errno();
  }

  @Test
  void aDeferredRemovalAndItsCancelling() throws Exception {
    MappedDevice vol = engine.device("vol", "0 1024 linear " + a + " 0");
    assertTrue(vol.retain());
    journalFails();
    assertEquals(EIO, removeDeferred());
    assertEquals(0, engine.flags("vol") & DmFlag.DEFERRED_REMOVE);
    journalWorks();
    assertEquals(0, removeDeferred());
    journalFails();
    assertEquals(EIO, message("@cancel_deferred_remove"));
    assertTrue((engine.flags("vol") & DmFlag.DEFERRED_REMOVE) != 0);
    journalWorks();
    assertEquals(0, message("@cancel_deferred_remove"));
    vol.opens.close();
  }

  private int removeDeferred() {
    return engine
        .call(DmCommand.DEV_REMOVE, "vol", buffer -> buffer.flags(DmFlag.DEFERRED_REMOVE))
        .errno();
  }

  /** A directory where the device's journal file was: it can be neither replaced nor deleted. */
  private Path inTheWay(MappedDevice device) throws IOException {
    Path file = run.resolve("journal").resolve(device.journalFile);
    Files.delete(file);
    Files.createDirectories(file.resolve("not empty"));
    return file;
  }

  @Test
  void aRemovalThatTheJournalDoesNotFollowIsSaid() throws Exception {
    inTheWay(engine.device("vol", "0 1024 linear " + a + " 0"));
    ControlProtocol.Answer answer = engine.remove("vol");
    assertEquals(EIO, answer.errno());
    assertTrue(answer.reason().contains("will bring it back"), answer.reason());
    assertNull(engine.engine.devices().named("vol"));
  }

  @Test
  void nothingOfAFailedWriteStays() throws Exception {
    Path file = inTheWay(engine.device("vol", "0 1024 linear " + a + " 0"));
    assertEquals(EIO, engine.suspend("vol").errno());
    try (var files = Files.list(run.resolve("journal"))) {
      assertEquals(List.of(file), files.toList());
    }
  }
}
