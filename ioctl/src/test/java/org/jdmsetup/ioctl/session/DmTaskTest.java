package org.jdmsetup.ioctl.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.EndingSignals;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.NamesPayload;
import org.jdmsetup.ioctl.buffer.TargetMessage;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.ioctl.buffer.VersionsPayload;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.text.ParsedTable;
import org.jdmsetup.tables.text.TableSource;
import org.jdmsetup.tables.text.TableText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reaches the driver, what is printed, and what comes back. */
class DmTaskTest {
  @TempDir Path devices;
  private final List<String> printed = new ArrayList<>();
  private final ScriptedControl driver = new ScriptedControl();

  private DeviceMapper session(ScriptedControl control) {
    return new DeviceMapper(
        new Settings().deviceDirectory(devices.toString()).udevSync(false), printed::add, control);
  }

  private DmTask task(TaskType type) {
    return session(driver).task(type);
  }

  private static ParsedTable table(String text) throws Exception {
    return TableText.parse(text, TableSource.OPTION);
  }

  private static DeviceKey named(String name) {
    return DeviceKey.name(name);
  }

  private static DmReply createVol(DeviceMapper session, ParsedTable table) throws DmException {
    return session.create(session.task(TaskType.CREATE).device(DeviceKey.name("vol")), table);
  }

  // --- requests --------------------------------------------------------------------------------

  @Test
  void aRequestAsTheKernelSeesIt() throws Exception {
    task(TaskType.SUSPEND).device(named("a b")).noFlush(true).skipLockFs(true).run();
    DmBuffer request = driver.request(0);
    assertEquals(List.of(DmCommand.DEV_SUSPEND), driver.commands());
    assertEquals("a\\x20b", request.name());
    assertEquals(16384, request.dataSize());
    assertEquals(312, request.dataStart());
    assertEquals(4, request.versionMajor());
    assertEquals(
        DmFlag.EXISTS | DmFlag.SUSPEND | DmFlag.NOFLUSH | DmFlag.SKIP_LOCKFS, request.flags());
  }

  @Test
  void theVersionIsAskedOnceASession() throws Exception {
    DeviceMapper session = session(driver);
    session.task(TaskType.INFO).device(named("a")).run();
    session.task(TaskType.INFO).device(named("a")).run();
    assertEquals(3, driver.seen.size());
    assertEquals(DmCommand.VERSION, driver.seen.get(0).command());
  }

  @Test
  void eachCommandAsksForItsVersionOfTheInterface() throws Exception {
    driver.succeed(b -> VersionsPayload.write(b, List.of(new TargetVersion("zero", 1, 1, 0))));
    DmReply reply = task(TaskType.TARGET_VERSION).device(named("zero")).run();
    assertEquals(41, driver.request(0).versionMinor());
    assertEquals(List.of(new TargetVersion("zero", 1, 1, 0)), reply.versions());
    assertEquals("4.47.0", reply.driverVersion());
  }

  @Test
  void aNumberIsPersistentAndItsMajorTheDriversOwn() throws Exception {
    task(TaskType.INFO).device(DeviceKey.number(-1, 5)).run();
    assertEquals(new DeviceNumber(254, 5).encoded(), driver.request(0).dev());
    assertTrue(driver.request(0).hasFlag(DmFlag.PERSISTENT_DEV));
  }

  @Test
  void aNegativeMinorIsNoneAndALargeOneWraps() throws Exception {
    DeviceMapper session = session(driver);
    session.task(TaskType.CREATE).device(named("a")).device(DeviceKey.number(-1, -4)).run();
    session.task(TaskType.CREATE).device(named("a")).device(DeviceKey.number(-1, 1048576)).run();
    assertFalse(driver.request(0).hasFlag(DmFlag.PERSISTENT_DEV));
    assertEquals(new DeviceNumber(254, 0), DeviceNumber.ofEncoded(driver.request(1).dev()));
  }

  @Test
  void majorZeroIsNoMajor() {
    DmTask task = task(TaskType.INFO);
    assertThrows(DmException.class, () -> task.device(DeviceKey.number(0, 3)).run());
    assertEquals(
        List.of("Missing major number for persistent device.", "Couldn't create ioctl argument."),
        printed);
  }

  @Test
  void oldDriversAreNotAskedForWhatTheyDoNotKnow() throws Exception {
    ScriptedControl old = new ScriptedControl(11);
    DeviceMapper session = session(old);
    session.task(TaskType.STATUS).device(named("a")).noFlush(true).queryInactive(true).run();
    assertFalse(old.request(0).hasFlag(DmFlag.NOFLUSH));
    assertTrue(old.request(0).hasFlag(DmFlag.QUERY_INACTIVE_TABLE));
    assertThrows(
        DmException.class,
        () -> session.task(TaskType.STATUS).device(named("a")).imaMeasurement(true).run());
    assertEquals(
        List.of(
            "WARNING: Inactive table query unsupported by kernel.  It will use live table.",
            "WARNING: IMA measurement unsupported by kernel.  Aborting operation.",
            "Couldn't create ioctl argument."),
        printed);
  }

  @Test
  void namesThatAreTooLong() throws Exception {
    String name = "n".repeat(128);
    assertThrows(DmException.class, () -> task(TaskType.INFO).device(named(name)));
    assertThrows(DmException.class, () -> task(TaskType.RENAME).newName(name));
    assertThrows(DmException.class, () -> task(TaskType.RENAME).newUuid("u".repeat(129)));
    assertThrows(DmException.class, () -> task(TaskType.RENAME).newName(""));
    assertThrows(DmException.class, () -> task(TaskType.RENAME).newName("a/b"));
    assertThrows(DmException.class, () -> task(TaskType.CREATE).device(named("a/b")));
    assertEquals(
        List.of(
            "Name \"" + name + "\" too long.",
            "Name \"" + name + "\" too long",
            "Uuid \"" + "u".repeat(129) + "\" too long",
            "Non empty new name is required.",
            "Name \"a/b\" invalid. It contains \"/\".",
            "Name \"a/b\" invalid. It contains \"/\"."),
        printed);
  }

  @Test
  void aPathThatLeadsNowhere() {
    assertThrows(DmException.class, () -> task(TaskType.INFO).device(named("/no/such")));
    assertThrows(DmException.class, () -> task(TaskType.INFO).device(named("/dev/null")));
    assertEquals(List.of("Device /no/such not found", "Device null not found"), printed);
  }

  // --- failures --------------------------------------------------------------------------------

  private String failed(DmTask task) {
    assertThrows(DmException.class, task::run);
    return printed.get(printed.size() - 1);
  }

  @Test
  void errorLines() throws Exception {
    driver.fail(Errno.ENXIO).fail(Errno.EINVAL).fail(Errno.EINVAL).fail(Errno.EINVAL);
    DeviceMapper session = session(driver);
    session.settings().forceLoad(true);
    assertEquals(
        "device-mapper: deps ioctl on  UU failed: No such device or address",
        failed(session.task(TaskType.DEPS).device(DeviceKey.uuid("UU"))));
    assertEquals(
        "device-mapper: names ioctl on   failed: Invalid argument",
        failed(session.task(TaskType.NAMES)));
    assertEquals(
        "device-mapper: reload ioctl on bad (254:2) failed: Invalid argument",
        failed(
            session
                .task(TaskType.RELOAD)
                .device(named("bad"))
                .device(DeviceKey.number(-1, 2))
                .targets(List.of(new TargetSpec(Sectors.ZERO, new Sectors(1), "zero", "")))));
    assertEquals(
        "device-mapper: remove ioctl on  (254:0) failed: Invalid argument",
        failed(session.task(TaskType.REMOVE).device(DeviceKey.number(-1, 0))));
  }

  @Test
  void anUnknownDeviceIsAnAnswerToSome() throws Exception {
    driver.fail(Errno.ENXIO).fail(Errno.ENXIO).fail(Errno.ENXIO);
    DeviceMapper session = session(driver);
    for (TaskType type : List.of(TaskType.INFO, TaskType.STATUS, TaskType.MKNODES)) {
      assertFalse(session.task(type).device(named("a")).run().exists());
    }
    assertEquals(List.of(), printed);
  }

  @Test
  void anInterruptedWaitIsSilent() {
    driver.fail(Errno.EINTR);
    DmException e =
        assertThrows(
            DmException.class, () -> task(TaskType.WAIT).device(named("a")).eventNr(7).run());
    assertEquals(Errno.EINTR.number(), e.errno());
    assertEquals(7, driver.request(0).eventNr());
    assertEquals(List.of(), printed);
  }

  @Test
  void theDriversReasonComesWithTheException() {
    driver.reason = "first\nsecond";
    driver.fail(Errno.EINVAL);
    DmException e =
        assertThrows(DmException.class, () -> task(TaskType.RESUME).device(named("a")).run());
    assertEquals(List.of("first", "second"), e.reason());
  }

  @Test
  void aSimilarNameIsMentioned() {
    driver
        .fail(Errno.ENXIO)
        .succeed(
            b ->
                NamesPayload.write(
                    b, List.of(new ListedDevice("vol1", new DeviceNumber(254, 0), 0, "")), false));
    DmException e =
        assertThrows(DmException.class, () -> task(TaskType.TABLE).device(named("Vol1")).run());
    assertEquals(List.of("Similar names: vol1."), e.reason());
  }

  @Test
  void aBusyDeviceIsTriedAgainAndEachFailureShown() throws Exception {
    driver.fail(Errno.EBUSY).fail(Errno.EBUSY).succeed();
    task(TaskType.REMOVE).device(named("a")).retry(true).run();
    String line = "device-mapper: remove ioctl on a  failed: Device or resource busy";
    assertEquals(List.of(line, line), printed);
    assertEquals(3, driver.commands().size());
  }

  @Test
  void aBusyDeviceIsNotTriedAgainUnlessAsked() {
    driver.fail(Errno.EBUSY);
    assertThrows(DmException.class, () -> task(TaskType.REMOVE).device(named("a")).run());
    assertEquals(DmCommand.DEV_REMOVE, driver.commands().get(0));
    assertEquals(1, driver.commands().stream().filter(c -> c == DmCommand.DEV_REMOVE).count());
  }

  @Test
  void aDriverThatDoesNotAnswerItsVersionIsAskedOnce() {
    ControlDeviceThatRefuses refusing = new ControlDeviceThatRefuses();
    DeviceMapper session =
        new DeviceMapper(
            new Settings().deviceDirectory(devices.toString()), printed::add, refusing);
    assertThrows(DmException.class, () -> session.task(TaskType.NAMES).run());
    assertThrows(DmException.class, () -> session.task(TaskType.NAMES).run());
    assertEquals(1, refusing.calls);
    assertEquals(
        List.of(
            "device-mapper: version ioctl on   failed: Permission denied",
            "Incompatible libdevmapper 1.02.185 (2022-05-18) and kernel driver (unknown version)."),
        printed);
  }

  private static final class ControlDeviceThatRefuses implements ControlDevice {
    private int calls;

    @Override
    public int call(DmCommand command, java.nio.ByteBuffer buffer) {
      calls++;
      return Errno.EACCES.number();
    }

    @Override
    public String reason() {
      return "";
    }

    @Override
    public int major() {
      return 254;
    }

    @Override
    public String description() {
      return "";
    }

    @Override
    public void close() {}
  }

  @Test
  void aMalformedReplyIsAFailure() {
    driver.succeed(
        b -> {
          b.dataSize(400);
          b.targetCount(100);
        });
    assertThrows(DmException.class, () -> task(TaskType.TABLE).device(named("a")).run());
    assertTrue(printed.get(0).startsWith("device-mapper: table reply is malformed: target count"));
  }

  // --- replies ---------------------------------------------------------------------------------

  @Test
  void aBufferThatIsTooSmallIsDoubledForTheRestOfTheSession() throws Exception {
    List<TargetSpec> targets =
        List.of(new TargetSpec(Sectors.ZERO, new Sectors(8), "zero", "x".repeat(40000)));
    for (int i = 0; i < 4; i++) {
      driver.succeed(b -> TargetPayload.writeStatus(b, targets));
    }
    DeviceMapper session = session(driver);
    assertEquals(targets, session.task(TaskType.TABLE).device(named("a")).run().targets());
    assertEquals(16384, driver.request(0).dataSize());
    assertEquals(32768, driver.request(1).dataSize());
    assertEquals(65536, driver.request(2).dataSize());
    session.task(TaskType.TABLE).device(named("a")).run();
    assertEquals(65536, driver.request(3).dataSize());
    assertEquals(List.of(), printed);
  }

  @Test
  void aFullBufferWhereThereIsNoPayloadIsAWarning() throws Exception {
    driver.succeed(b -> b.setFlag(DmFlag.BUFFER_FULL, true));
    task(TaskType.CLEAR).device(named("a")).run();
    assertEquals(List.of("WARNING: libdevmapper buffer too small for data"), printed);
  }

  @Test
  void namesAreShownUnmangled() throws Exception {
    driver.succeed(
        b -> {
          b.name("a\\x20b");
          b.uuid("u");
        });
    DmReply reply = task(TaskType.INFO).device(DeviceKey.uuid("u")).run();
    assertEquals("a b", reply.name());
    assertEquals("a\\x20b", reply.mangledName());
  }

  @Test
  void everyBadNameOfAListIsReported() {
    driver.succeed(
        b ->
            NamesPayload.write(
                b,
                List.of(
                    new ListedDevice("a b", new DeviceNumber(254, 0), 0, ""),
                    new ListedDevice("ok", new DeviceNumber(254, 1), 0, ""),
                    new ListedDevice("c d", new DeviceNumber(254, 2), 0, "")),
                false));
    assertThrows(DmException.class, () -> task(TaskType.NAMES).run());
    assertEquals(
        List.of(
            "The name \"a b\" should be mangled but it contains blacklisted characters.",
            "The name \"c d\" should be mangled but it contains blacklisted characters."),
        printed);
  }

  @Test
  void anAnswerToAMessage() throws Exception {
    driver.succeed(b -> TextPayload.writeAnswer(b, "42"));
    assertEquals(
        "42",
        task(TaskType.MESSAGE).device(named("a")).message(new Sectors(5), "ask me").run().answer());
    assertEquals(
        new TargetMessage(new Sectors(5), "ask me"), TextPayload.readMessage(driver.request(0)));
  }

  @Test
  void renaming() throws Exception {
    task(TaskType.RENAME).device(named("a")).newName("b c").run();
    assertEquals("b\\x20c", TextPayload.read(driver.request(0)));
    assertEquals("a", driver.request(0).name());
    assertEquals(0x00400000, driver.request(0).eventNr());
    task(TaskType.RENAME).device(named("a")).newUuid("u").run();
    assertTrue(driver.request(2).hasFlag(DmFlag.UUID));
  }

  // --- creating --------------------------------------------------------------------------------

  @Test
  void creatingIsThreeRequests() throws Exception {
    driver.device(3).device(3).device(3);
    DeviceMapper session = session(driver);
    DmTask wanted = session.task(TaskType.CREATE).device(named("vol")).uuid("U").readOnly(true);
    session.create(wanted, table("0 8 zero\n8 8 linear 7:0 0"));
    assertEquals(
        List.of(DmCommand.DEV_CREATE, DmCommand.TABLE_LOAD, DmCommand.DEV_SUSPEND),
        driver.commands());
    DmBuffer create = driver.request(0);
    assertEquals("vol", create.name());
    assertEquals("U", create.uuid());
    assertEquals(DmFlag.EXISTS, create.flags());
    assertEquals(0, create.eventNr());
    DmBuffer load = driver.request(1);
    assertEquals("", load.name());
    assertEquals(new DeviceNumber(254, 3).encoded(), load.dev());
    assertEquals(DmFlag.EXISTS | DmFlag.PERSISTENT_DEV | DmFlag.READONLY, load.flags());
    assertEquals(2, TargetPayload.readLoad(load).size());
    DmBuffer resume = driver.request(2);
    assertEquals("vol", resume.name());
    assertEquals("", resume.uuid());
    assertEquals(DmFlag.EXISTS | DmFlag.READONLY, resume.flags());
    assertEquals(0x00400000, resume.eventNr());
  }

  @Test
  void aDeviceWithoutATableIsOneRequest() throws Exception {
    createVol(session(driver), table(""));
    assertEquals(List.of(DmCommand.DEV_CREATE), driver.commands());
  }

  @Test
  void whatCannotBeLoadedIsRemovedAgain() throws Exception {
    driver.device(3).fail(Errno.EINVAL).succeed();
    assertThrows(DmException.class, () -> createVol(session(driver), table("0 8 linear 7:0 0")));
    assertEquals(
        List.of(DmCommand.DEV_CREATE, DmCommand.TABLE_LOAD, DmCommand.DEV_REMOVE),
        driver.commands());
    assertEquals("vol", driver.request(2).name());
    assertEquals(0, driver.request(2).dev());
    assertEquals(
        List.of("device-mapper: reload ioctl on vol (254:3) failed: Invalid argument"), printed);
  }

  @Test
  void aFailureToRemoveAgainIsReported() throws Exception {
    driver.device(3).device(3).fail(Errno.EINVAL).fail(Errno.ENXIO);
    assertThrows(DmException.class, () -> createVol(session(driver), table("0 8 zero")));
    assertEquals(
        List.of(
            "device-mapper: resume ioctl on vol  failed: Invalid argument",
            "device-mapper: remove ioctl on vol  failed: No such device or address",
            "Failed to revert device creation."),
        printed);
  }

  /** A signal that comes while a given request is under way; ends nothing, to be looked at. */
  private final class SignalDuring implements EndingSignals {
    private final DmCommand command;
    private boolean held;
    private boolean ended;

    SignalDuring(DmCommand command) {
      this.command = command;
    }

    @Override
    public void hold() {
      held = true;
    }

    @Override
    public boolean arrived() {
      return held && driver.commands().contains(command);
    }

    @Override
    public void release() {
      ended = arrived();
      held = false;
    }
  }

  private SignalDuring createInterrupted(DmCommand during) throws Exception {
    driver.device(3).device(3).device(3);
    SignalDuring signal = new SignalDuring(during);
    DeviceMapper session = session(driver);
    session.settings().endingSignals(signal);
    try {
      createVol(session, table("0 8 zero"));
    } catch (DmException e) {
      assertEquals(Errno.EINTR.number(), e.errno());
    }
    assertEquals(List.of(), printed);
    return signal;
  }

  @Test
  void aSignalBetweenTheRequestsOfACreationTakesItBack() throws Exception {
    assertTrue(createInterrupted(DmCommand.DEV_CREATE).ended);
    assertEquals(List.of(DmCommand.DEV_CREATE, DmCommand.DEV_REMOVE), driver.commands());
    assertEquals("vol", driver.request(1).name());
  }

  @Test
  void aSignalBeforeTheResumeTakesTheTableBackToo() throws Exception {
    assertTrue(createInterrupted(DmCommand.TABLE_LOAD).ended);
    assertEquals(
        List.of(DmCommand.DEV_CREATE, DmCommand.TABLE_LOAD, DmCommand.DEV_REMOVE),
        driver.commands());
  }

  @Test
  void aSignalThatComesTooLateFindsTheDeviceMade() throws Exception {
    assertTrue(createInterrupted(DmCommand.DEV_SUSPEND).ended);
    assertEquals(
        List.of(DmCommand.DEV_CREATE, DmCommand.TABLE_LOAD, DmCommand.DEV_SUSPEND),
        driver.commands());
  }

  @Test
  void aTableThatEveryDriverRefusesIsNotSent() throws Exception {
    driver.device(3).device(3).succeed();
    DmException e =
        assertThrows(
            DmException.class, () -> createVol(session(driver), table("0 8 zero\n9 8 zero")));
    assertEquals(
        List.of(DmCommand.DEV_CREATE, DmCommand.DEV_STATUS, DmCommand.DEV_REMOVE),
        driver.commands());
    assertEquals(
        List.of("device-mapper: reload ioctl on vol (254:3) failed: Invalid argument"), printed);
    assertEquals(1, e.reason().size());
    assertTrue(e.reason().get(0).contains("line 2"), e.reason().get(0));
  }

  @Test
  void aTableIsSentAllTheSameWhenForced() throws Exception {
    driver.device(3).device(3).device(3);
    DeviceMapper session = session(driver);
    session.settings().forceLoad(true);
    createVol(session, table("0 8 zero\n9 8 zero"));
    assertTrue(driver.commands().contains(DmCommand.TABLE_LOAD));
  }

  @Test
  void aBadTableForADeviceThatIsNotThere() throws Exception {
    driver.fail(Errno.ENXIO);
    assertThrows(
        DmException.class,
        () -> task(TaskType.RELOAD).device(named("no")).table(table("1 8 zero")).run());
    assertEquals(
        List.of("device-mapper: reload ioctl on no  failed: No such device or address"), printed);
  }
}
