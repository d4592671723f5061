package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.MappingTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What counts as an event of a device, and what as an event of them all ({@code dm_table_event} and
 * {@code dm_issue_global_event} in Linux 6.1).
 */
@Timeout(60)
final class EventsTest {
  @TempDir Path directory;

  private EngineFixture engine;

  @BeforeEach
  void start() throws Exception {
    engine = new EngineFixture(Files.createDirectory(directory.resolve("run")));
  }

  @AfterEach
  void end() {
    engine.close();
  }

  private int event(String name) {
    return engine.call(DmCommand.DEV_STATUS, name, buffer -> {}).buffer().eventNr();
  }

  @Test
  void renamingIsAnEventSuspendingAndSwappingAreNot() {
    engine.device("vol", "0 8 zero");
    assertEquals(0, event("vol"));
    engine.suspend("vol");
    engine.load("vol", "0 8 error");
    engine.resume("vol");
    assertEquals(0, event("vol"));
    engine.rename("vol", "volume");
    assertEquals(1, event("volume"));
    engine.call(
        DmCommand.DEV_RENAME,
        "volume",
        buffer -> {
          buffer.flags(DmFlag.UUID);
          TextPayload.write(buffer, "U");
        });
    assertEquals(2, event("volume"));
    engine.create("empty");
    engine.rename("empty", "void");
    assertEquals(0, event("void"), "without a table nothing happens to it");
  }

  @Test
  void whoWaitsLearnsOfTheRemoval() throws Exception {
    engine.device("vol", "0 8 zero");
    FutureTask<ControlProtocol.Answer> waiting =
        new FutureTask<>(
            () -> engine.call(DmCommand.DEV_WAIT, named("vol"), engine.new TestCaller()));
    Thread thread = new Thread(waiting);
    thread.start();
    engine.remove("vol");
    ControlProtocol.Answer answer = waiting.get(30, TimeUnit.SECONDS);
    // the removal may also have come first
    assertTrue(answer.errno() == Errno.ENXIO.number() || answer.buffer().eventNr() == 1);
  }

  private DmBuffer named(String name) {
    DmBuffer buffer = engine.request();
    buffer.name(name);
    return buffer;
  }

  @Test
  void aRemovedDeviceHasHadAnEventMore() {
    MappedDevice device = engine.device("vol", "0 8 zero");
    engine.remove("vol");
    assertEquals(1, device.events().number());
  }

  @Test
  void whatHappensToAnyDeviceIsCountedGlobally() {
    assertCounts(1, () -> engine.create("vol"));
    assertCounts(0, () -> engine.create("vol")); // refused
    assertCounts(0, () -> engine.load("vol", "0 8 zero"));
    assertCounts(1, () -> engine.resume("vol"));
    assertCounts(0, () -> engine.suspend("vol"));
    assertCounts(0, () -> engine.resume("vol"));
    assertCounts(2, () -> engine.rename("vol", "volume")); // the device's event, and the rename
    assertCounts(2, () -> engine.remove("volume"));
    assertCounts(1, () -> engine.call(DmCommand.REMOVE_ALL, engine.request()));
    assertCounts(0, () -> engine.call(DmCommand.LIST_DEVICES, engine.request()));
  }

  private void assertCounts(int expected, Runnable step) {
    int before = engine.engine.events.count();
    step.run();
    assertEquals(expected, engine.engine.events.count() - before);
  }

  @Test
  void whoIsArmedIsToldOfWhatHappensThen() throws Exception {
    assertEquals(0, engine.create("vol").errno());
    assertEquals(0, engine.protocol.poll(engine.caller).errno(), "it was never armed");
    assertEquals(0, engine.call(DmCommand.DEV_ARM_POLL, engine.request()).errno());
    FutureTask<ControlProtocol.Answer> polling =
        new FutureTask<>(() -> engine.protocol.poll(engine.caller));
    Thread thread = new Thread(polling);
    thread.start();
    assertEquals(0, engine.remove("vol").errno());
    assertEquals(0, polling.get(30, TimeUnit.SECONDS).errno());
  }

  @Test
  void whoGoesAwayIsNotToldAnyMore() throws Exception {
    assertEquals(0, engine.call(DmCommand.DEV_ARM_POLL, engine.request()).errno());
    engine.caller.go();
    assertEquals(Errno.EINTR.number(), engine.protocol.poll(engine.caller).errno());
  }

  // --- names and types ---------------------------------------------------------------------------

  @Test
  void aUuidThatCannotBeJournalledIsNotSet() throws Exception {
    engine.device("vol", "0 8 zero");
    Path journal = engine.directory.resolve("journal");
    Path aside = engine.directory.resolve("aside");
    Files.move(journal, aside);
    ControlProtocol.Answer refused = setUuid("U1");
    assertEquals(Errno.EIO.number(), refused.errno(), refused.reason());
    assertEquals("", engine.engine.devices().named("vol").uuid());
    Files.move(aside, journal);
    assertEquals(0, setUuid("U2").errno());
    assertEquals("U2", engine.engine.devices().named("vol").uuid());
    assertEquals(1, event("vol"), "what was refused is no event");
  }

  private ControlProtocol.Answer setUuid(String uuid) {
    return engine.call(
        DmCommand.DEV_RENAME,
        "vol",
        buffer -> {
          buffer.flags(DmFlag.UUID);
          TextPayload.write(buffer, uuid);
        });
  }

  @Test
  void anImmutableTypeGivesWayToItselfAndToErrorOnly() throws Exception {
    assertEquals(0, engine.create("vol").errno());
    MappedDevice device = engine.engine.devices().named("vol");
    Target nothing =
        new Target() {
          @Override
          public void submit(Request request, int copy) {
            request.complete(Outcome.DONE);
          }

          @Override
          public int copies(Request.Op op) {
            return 1;
          }
        };
    MappingTable mapping =
        MappingTable.of(List.of(new Rule(Sectors.ZERO, new Sectors(8), "verity", "")));
    synchronized (device) {
      device.inactive = new Table(mapping, new Target[] {nothing}, true, List.of(), device.below);
      device.everLoaded = true;
    }
    assertEquals(0, engine.resume("vol").errno());
    ControlProtocol.Answer refused = engine.load("vol", "0 8 zero");
    assertEquals(Errno.EINVAL.number(), refused.errno());
    assertTrue(
        refused.reason().contains("can't replace immutable target type verity"), refused.reason());
    assertEquals(0, engine.load("vol", "0 8 error").errno());
  }
}
