package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.control.journal.Geometry;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.ioctl.buffer.DepsPayload;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.NamesPayload;
import org.jdmsetup.ioctl.buffer.TargetMessage;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.ioctl.buffer.VersionsPayload;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sees of the control protocol, compared with what Linux 6.1 answers. */
final class ControlProtocolTest {
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

  private static void assertDone(ControlProtocol.Answer answer) {
    assertEquals(0, answer.errno(), answer.reason());
    assertEquals("", answer.reason());
  }

  private static void assertRefused(Errno errno, String reason, ControlProtocol.Answer answer) {
    assertEquals(errno.number(), answer.errno(), answer.reason());
    assertTrue(answer.reason().contains(reason), answer.reason());
  }

  // --- what is common to all requests ------------------------------------------------------------

  @Test
  void theVersionIsThatOfLinux61AndComesBackInEveryCase() {
    ControlProtocol.Answer answer = engine.call(DmCommand.VERSION, engine.request());
    assertDone(answer);
    assertEquals(4, answer.buffer().versionMajor());
    assertEquals(47, answer.buffer().versionMinor());
    assertEquals(0, answer.buffer().versionPatch());

    DmBuffer newer = engine.request();
    newer.version(4, 48, 0);
    ControlProtocol.Answer refused = engine.call(DmCommand.LIST_DEVICES, newer);
    assertRefused(Errno.EINVAL, "ioctl interface mismatch: kernel(4.47.0), user(4.48.0)", refused);
    assertEquals(47, refused.buffer().versionMinor());

    DmBuffer other = engine.request();
    other.version(3, 0, 0);
    assertRefused(Errno.EINVAL, "user(3.0.0)", engine.call(DmCommand.VERSION, other));
  }

  @Test
  void anUnknownCommandIsNoTypewriter() {
    assertRefused(
        Errno.ENOTTY,
        "number 18",
        engine.protocol.answer(18, engine.request().bytes(), engine.caller));
    assertRefused(
        Errno.ENOTTY,
        "number -1",
        engine.protocol.answer(-1, engine.request().bytes(), engine.caller));
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    for (int size : new int[] {0, 304, 16385, (1 << 30) + 1, -1}) {
      DmBuffer buffer = engine.request();
      buffer.dataSize(size);
      assertRefused(
          Errno.EINVAL, "data size", engine.protocol.answer(2, buffer.bytes(), engine.caller));
    }
  }

  @Test
  void aDeviceIsFoundByExactlyOneKey() {
    engine.device("vol", "0 8 linear " + disk + " 0");
    DeviceNumber number = engine.engine.devices().named("vol").number();
    assertRefused(Errno.ENXIO, "no device with name nix", engine.remove("nix"));
    assertRefused(
        Errno.EINVAL,
        "only supply one of name or uuid, cmd(7)",
        engine.call(DmCommand.DEV_STATUS, "vol", buffer -> buffer.uuid("U")));
    assertRefused(
        Errno.ENXIO,
        "a name and a number",
        engine.call(DmCommand.DEV_STATUS, "vol", buffer -> buffer.dev(number.encoded())));
    assertRefused(
        Errno.ENXIO,
        "a uuid and",
        engine.call(
            DmCommand.DEV_STATUS,
            "",
            buffer -> {
              buffer.uuid("U");
              buffer.dev(number.encoded());
            }));
    assertRefused(Errno.ENXIO, "neither", engine.call(DmCommand.DEV_STATUS, "", buffer -> {}));
    ControlProtocol.Answer found =
        engine.call(DmCommand.DEV_STATUS, "", buffer -> buffer.dev(number.encoded()));
    assertDone(found);
    assertEquals("vol", found.buffer().name());
  }

  // --- devices -----------------------------------------------------------------------------------

  @Test
  void aNewDeviceHasNoTableAndIsNotSuspended() {
    ControlProtocol.Answer answer =
        engine.call(DmCommand.DEV_CREATE, "vol", buffer -> buffer.uuid("LVM-1"));
    assertDone(answer);
    int state = DmFlag.SUSPEND | DmFlag.ACTIVE_PRESENT | DmFlag.INACTIVE_PRESENT | DmFlag.READONLY;
    assertEquals(0, answer.buffer().flags() & state);
    assertEquals(0, answer.buffer().eventNr());
    assertEquals(0, answer.buffer().openCount());
    assertEquals(0, answer.buffer().targetCount());
  }

  @Test
  void namesAndUuidsAreUniqueAndNamesHaveNoSlash() {
    engine.call(DmCommand.DEV_CREATE, "vol", buffer -> buffer.uuid("U"));
    assertRefused(Errno.EBUSY, "name vol is in use", engine.create("vol"));
    assertRefused(
        Errno.EBUSY,
        "uuid U is in use",
        engine.call(DmCommand.DEV_CREATE, "other", buffer -> buffer.uuid("U")));
    assertRefused(Errno.EINVAL, "invalid device name", engine.create("a/b"));
    assertRefused(Errno.EINVAL, "name not supplied", engine.create(""));
    assertRefused(Errno.EINVAL, "device name cannot be", engine.create(".."));
    assertEquals(List.of("vol"), engine.names());
  }

  @Test
  void aMinorCanBeChosenOnce() {
    ControlProtocol.Answer first =
        engine.call(DmCommand.DEV_CREATE, "a", buffer -> persistent(buffer, 77));
    assertDone(first);
    assertEquals(77, DeviceNumber.ofEncoded(first.buffer().dev()).minor());
    assertRefused(
        Errno.ENXIO,
        "77",
        engine.call(DmCommand.DEV_CREATE, "b", buffer -> persistent(buffer, 77)));
    assertEquals(List.of("a"), engine.names());
  }

  private static void persistent(DmBuffer buffer, int minor) {
    buffer.flags(DmFlag.PERSISTENT_DEV);
    buffer.dev(new DeviceNumber(0, minor).encoded());
  }

  @Test
  void renameChecksInTheKernelsOrder() {
    engine.device("vol", "0 8 linear " + disk + " 0");
    engine.create("other");
    assertRefused(Errno.EBUSY, "in use", engine.rename("vol", "other"));
    assertRefused(Errno.EBUSY, "in use", engine.rename("vol", "vol"));
    assertRefused(Errno.EBUSY, "in use", engine.rename("nix", "other"));
    assertRefused(Errno.ENXIO, "non-existent device, nix", engine.rename("nix", "new"));
    assertRefused(Errno.EINVAL, "0 bytes", engine.rename("vol", ""));
    assertRefused(Errno.EINVAL, "128 bytes", engine.rename("vol", "n".repeat(128)));
    assertRefused(Errno.EINVAL, "invalid device name", engine.rename("vol", "a/b"));
    ControlProtocol.Answer renamed = engine.rename("vol", "new");
    assertDone(renamed);
    assertEquals("vol", renamed.buffer().name(), "the request's own");
    assertEquals(1, renamed.buffer().eventNr(), "a rename is an event of the live table");
    assertDone(setUuid("new", "U"));
    assertRefused(Errno.EINVAL, "uuid is already set to U", setUuid("new", "V"));
    assertRefused(Errno.EBUSY, "uuid U is in use", setUuid("other", "U"));
    assertDone(engine.rename("other", "vol"));
    assertEquals(List.of("new", "vol"), engine.names());
  }

  private ControlProtocol.Answer setUuid(String name, String uuid) {
    return engine.call(
        DmCommand.DEV_RENAME,
        name,
        buffer -> {
          buffer.flags(DmFlag.UUID);
          TextPayload.write(buffer, uuid);
        });
  }

  @Test
  void aDeviceUnderAnotherIsBusyUntilThatOneIsGone() throws Exception {
    engine.device("low", "0 100 linear " + disk + " 0");
    String number = engine.engine.devices().named("low").tableWord();
    engine.device("high", "0 50 linear " + number + " 10");
    assertEquals(List.of("0 50 linear " + number + " 10"), engine.table("high"));
    assertRefused(Errno.EBUSY, "a table of high", engine.remove("low"));
    assertEquals(1, engine.call(DmCommand.DEV_STATUS, "low", buffer -> {}).buffer().openCount());
    assertDone(engine.remove("high"));
    assertDone(engine.remove("low"));
    assertRefused(Errno.ENXIO, "no device", engine.remove("low"));
  }

  @Test
  void theInactiveTableHoldsItsDevicesToo() {
    engine.device("low", "0 100 linear " + disk + " 0");
    engine.create("high");
    assertDone(engine.load("high", "0 50 linear /dev/mapper/low 10"));
    assertRefused(Errno.EBUSY, "a table of high", engine.remove("low"));
    assertDone(engine.call(DmCommand.TABLE_CLEAR, "high", buffer -> {}));
    assertDone(engine.call(DmCommand.TABLE_CLEAR, "high", buffer -> {}));
    assertDone(engine.remove("low"));
  }

  @Test
  void removeAllUnwindsStacksFromTheTop() {
    engine.device("a", "0 100 linear " + disk + " 0");
    engine.device("b", "0 100 linear /dev/mapper/a 0");
    engine.device("c", "0 100 linear /dev/mapper/b 0");
    assertDone(engine.call(DmCommand.REMOVE_ALL, engine.request()));
    assertEquals(List.of(), engine.names());
  }

  @Test
  void aDeferredRemoveHappensWhenTheLastUserGoes() {
    engine.device("low", "0 100 linear " + disk + " 0");
    engine.device("high", "0 50 linear /dev/mapper/low 10");
    ControlProtocol.Answer marked =
        engine.call(DmCommand.DEV_REMOVE, "low", buffer -> buffer.flags(DmFlag.DEFERRED_REMOVE));
    assertDone(marked);
    assertTrue(marked.buffer().hasFlag(DmFlag.DEFERRED_REMOVE));
    assertTrue((engine.flags("low") & DmFlag.DEFERRED_REMOVE) != 0);
    assertDone(message("low", "@cancel_deferred_remove"));
    assertEquals(0, engine.flags("low") & DmFlag.DEFERRED_REMOVE);
    assertDone(
        engine.call(DmCommand.DEV_REMOVE, "low", buffer -> buffer.flags(DmFlag.DEFERRED_REMOVE)));
    MappedDevice low = engine.engine.devices().named("low");
    FutureTask<Boolean> gone =
        new FutureTask<>(
            () -> {
              EngineFixture.TestCaller waiter = engine.new TestCaller();
              low.events().watch(waiter::wake);
              return waiter.await(low::removed);
            });
    new Thread(gone).start();
    assertDone(engine.remove("high"));
    assertTrue(assertDoesNotTimeOut(gone));
    assertRefused(Errno.ENXIO, "no device", engine.remove("low"));
  }

  private static <T> T assertDoesNotTimeOut(FutureTask<T> task) {
    try {
      return task.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void devicesAreListedInTheOrderOfNamesAndByPrefix() throws Exception {
    engine.create("b");
    engine.call(DmCommand.DEV_CREATE, "a1", buffer -> buffer.uuid("U1"));
    engine.create("a2");
    assertEquals(List.of("a1", "a2", "b"), listed("").stream().map(ListedDevice::name).toList());
    assertEquals(List.of("a1", "a2"), listed("a").stream().map(ListedDevice::name).toList());
    assertEquals("U1", listed("a1").get(0).uuid());
    assertEquals(List.of(), listed("x"));
  }

  private List<ListedDevice> listed(String prefix) throws Exception {
    ControlProtocol.Answer answer =
        engine.call(DmCommand.LIST_DEVICES, prefix, buffer -> buffer.flags(DmFlag.UUID));
    assertDone(answer);
    return NamesPayload.read(answer.buffer(), true);
  }

  // --- tables ------------------------------------------------------------------------------------

  @Test
  void badTablesAreRefusedWithTheKernelsTextAndTheRule() {
    engine.create("vol");
    String linear = " linear " + disk + " 0";
    assertRefused(Errno.EINVAL, "no targets specified", engine.load("vol"));
    assertRefused(
        Errno.EINVAL,
        "rule 1: the first rule starts at sector 8: expected start 0 (Gap in table)",
        engine.load("vol", "8 8" + linear));
    assertRefused(
        Errno.EINVAL,
        "rule 2: rule starts at sector 9, but the rule before ends at 8",
        engine.load("vol", "0 8" + linear, "9 8" + linear));
    assertRefused(
        Errno.EINVAL,
        "expected start 8 (overlap of 4 sectors) (Gap in table)",
        engine.load("vol", "0 8" + linear, "4 8 zero"));
    assertRefused(Errno.EINVAL, "zero-length target", engine.load("vol", "0 0" + linear));
    assertRefused(
        Errno.EINVAL, "too large device", engine.load("vol", "0 18446744073709551615 zero"));
    assertRefused(
        Errno.EINVAL,
        "rule 1: target type 'nix': expected one that 'dmsetup targets' lists (nix: unknown target"
            + " type)",
        engine.load("vol", "0 8 nix"));
    assertRefused(
        Errno.EINVAL,
        "rule 1: target type 'crypt', which kernels have and this engine has not: expected one that"
            + " 'dmsetup targets' lists",
        engine.load("vol", "0 8 crypt aes 00 0 7:0 0"));
    assertRefused(Errno.EINVAL, "Invalid argument count", engine.load("vol", "0 8 linear " + disk));
    assertRefused(
        Errno.EINVAL, "Invalid device sector", engine.load("vol", "0 8 linear " + disk + " x"));
    assertRefused(Errno.EINVAL, "No arguments required", engine.load("vol", "0 8 zero x"));
    assertRefused(
        Errno.ENODEV, "Device lookup failed", engine.load("vol", "0 8 linear /dev/nix 0"));
    assertRefused(
        Errno.EINVAL, "Invalid stripe count", engine.load("vol", "0 8 striped 0 8 " + disk + " 0"));
    assertRefused(
        Errno.ENODEV,
        "Couldn't parse stripe destination",
        engine.load("vol", "0 16 striped 2 8 " + disk + " 0 /dev/nix 0"));
    assertEquals(0, engine.flags("vol") & DmFlag.INACTIVE_PRESENT, "nothing was stored");
  }

  @Test
  void theFirstLoadChecksSizesAndLaterOnesLeaveThatToResume() throws Exception {
    engine.create("vol");
    String tooLarge = "0 2001 linear " + disk + " 0";
    assertRefused(
        Errno.EINVAL,
        "too small for target: start=0, len=2001, dev_size=2000",
        engine.load("vol", tooLarge));
    assertDone(engine.load("vol", "0 2000 linear " + disk + " 0"));
    assertDone(engine.resume("vol"));
    assertDone(engine.load("vol", tooLarge));
    assertRefused(Errno.EINVAL, "too small for target", engine.resume("vol"));
    assertEquals(
        DmFlag.SUSPEND | DmFlag.ACTIVE_PRESENT,
        engine.flags("vol") & (DmFlag.SUSPEND | DmFlag.ACTIVE_PRESENT | DmFlag.INACTIVE_PRESENT),
        "suspended with the old table, the new one is gone");
    assertDone(engine.resume("vol"));
    assertEquals(List.of("0 2000 linear " + disk + " 0"), engine.table("vol"));
  }

  @Test
  void aDeviceCannotSitOnItselfHoweverFar() {
    engine.device("a", "0 100 linear " + disk + " 0");
    engine.device("b", "0 100 linear /dev/mapper/a 0");
    assertRefused(
        Errno.EINVAL, "is the device itself", engine.load("a", "0 8 linear /dev/mapper/a 0"));
    assertRefused(
        Errno.EINVAL, "they would form a loop", engine.load("a", "0 8 linear /dev/mapper/b 0"));
  }

  @Test
  void statusAndTablePrintWhatTheKernelPrints() throws Exception {
    engine.device(
        "vol",
        "0 8 linear " + disk + " 007",
        "8 16 striped 2 8 " + disk + " 0 " + disk + " 100",
        "24 8 error any thing",
        "32 8 zero");
    assertEquals(
        List.of(
            "0 8 linear " + disk + " 7",
            "8 16 striped 2 8 " + disk + " 0 " + disk + " 100",
            "24 8 error ",
            "32 8 zero "),
        engine.table("vol"));
    assertEquals(
        List.of(
            "0 8 linear ",
            "8 16 striped 2 " + disk + " " + disk + " 1 AA",
            "24 8 error ",
            "32 8 zero "),
        engine.status("vol"));
    assertEquals(List.of(), engine.lines("vol", DmFlag.STATUS_TABLE | DmFlag.QUERY_INACTIVE_TABLE));
  }

  @Test
  void aTableThatIsPrintedCanBeLoadedAgainEvenWithBlanksInTheTruePath() throws Exception {
    String odd = EngineFixture.file(directory, "my \\ disk", 100);
    Path link = Files.createSymbolicLink(directory.resolve("plain"), Path.of(odd));
    engine.device("vol", "0 8 linear " + link + " 0");
    List<String> printed = engine.table("vol");
    assertDone(engine.load("vol", printed.get(0)));
    assertDone(engine.resume("vol"));
    assertEquals(printed, engine.table("vol"));
  }

  @Test
  void dependenciesAreTheNumbersOpenedLastFirst() throws Exception {
    engine.device("a", "0 100 linear " + disk + " 0");
    engine.device("b", "0 100 linear " + disk + " 100");
    engine.device(
        "top",
        "0 10 linear /dev/mapper/a 0",
        "10 10 linear /dev/mapper/b 0",
        "20 10 linear " + disk + " 500",
        "30 10 linear /dev/mapper/a 50");
    ControlProtocol.Answer answer = engine.call(DmCommand.TABLE_DEPS, "top", buffer -> {});
    assertDone(answer);
    assertEquals(
        List.of(
            engine.engine.devices().named("b").number(),
            engine.engine.devices().named("a").number()),
        DepsPayload.read(answer.buffer()));
  }

  @Test
  void aBufferThatIsTooSmallIsAnsweredWithAFlagAndNoPayload() {
    engine.device("vol", "0 8 linear " + disk + " 0");
    DmBuffer small = DmBuffer.allocate(DmBuffer.HEADER_SIZE + 8);
    small.version(4, 0, 0);
    small.name("vol");
    small.flags(DmFlag.STATUS_TABLE);
    ControlProtocol.Answer answer = engine.call(DmCommand.TABLE_STATUS, small);
    assertDone(answer);
    assertTrue(answer.buffer().hasFlag(DmFlag.BUFFER_FULL));
  }

  @Test
  void targetsAreListedInTheKernelsOrder() throws Exception {
    ControlProtocol.Answer answer = engine.call(DmCommand.LIST_VERSIONS, engine.request());
    assertDone(answer);
    List<TargetVersion> versions = VersionsPayload.read(answer.buffer());
    // Those of modules come before those that are always there.
    assertEquals(
        List.of(
            new TargetVersion("zero", 1, 1, 0),
            new TargetVersion("striped", 1, 6, 0),
            new TargetVersion("linear", 1, 4, 0),
            new TargetVersion("error", 1, 5, 0)),
        versions.subList(versions.size() - 4, versions.size()));
    assertDone(engine.call(DmCommand.GET_TARGET_VERSION, "linear", buffer -> {}));
    assertRefused(
        Errno.EINVAL,
        "unknown target type",
        engine.call(DmCommand.GET_TARGET_VERSION, "nix", buffer -> {}));
  }

  // --- suspend and resume ------------------------------------------------------------------------

  @Test
  void resumeWithoutATableIsRefusedOnlyWhenSuspended() {
    engine.create("vol");
    assertDone(engine.resume("vol"));
    assertDone(engine.suspend("vol"));
    assertDone(engine.suspend("vol"));
    assertTrue((engine.flags("vol") & DmFlag.SUSPEND) != 0);
    assertRefused(Errno.EINVAL, "no table to resume with", engine.resume("vol"));
  }

  @Test
  void requestsOfASuspendedDeviceWaitAndMeetTheNewTable() throws Exception {
    MappedDevice device = engine.device("vol", "0 8 linear " + disk + " 0");
    DeviceIo io = new DeviceIo(device, 8);
    assertDone(engine.suspend("vol"));
    FutureTask<Integer> write = new FutureTask<>(() -> io.write(0, 8, 9));
    new Thread(write).start();
    assertDone(engine.load("vol", "0 8 linear " + disk + " 100"));
    assertFalse(write.isDone());
    assertDone(engine.resume("vol"));
    assertEquals(0, assertDoesNotTimeOut(write));
    byte[] bytes = Files.readAllBytes(Path.of(disk));
    byte[] before = new byte[8 * 512];
    assertEquals(0, Arrays.compare(before, 0, 4096, bytes, 0, 4096));
    io.read(0, 8);
    assertTrue(io.holds(0, 8, 9));
  }

  @Test
  void withoutATableRequestsFailEvenWhileSuspended() {
    engine.create("vol");
    DeviceIo io = new DeviceIo(engine.engine.devices().named("vol"), 1);
    assertEquals(Errno.EIO.number(), io.read(0, 1));
    assertDone(engine.suspend("vol"));
    assertEquals(Errno.EIO.number(), io.read(0, 1));
  }

  @Test
  void aReadOnlyTableRefusesWritesAndSaysSo() {
    engine.create("vol");
    assertDone(engine.load("vol", DmFlag.READONLY, "0 8 linear " + disk + " 0"));
    assertDone(engine.resume("vol"));
    assertTrue((engine.flags("vol") & DmFlag.READONLY) != 0);
    DeviceIo io = new DeviceIo(engine.engine.devices().named("vol"), 1);
    assertEquals(0, io.read(0, 1));
    assertEquals(Errno.EROFS.number(), io.write(0, 1, 1));
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
  }

  @Test
  void aSuspendWhoseCallerGoesAwayIsUndone() throws Exception {
    engine.device("low", "0 8 linear " + disk + " 0");
    MappedDevice high = engine.device("high", "0 8 linear /dev/mapper/low 0");
    DeviceIo io = new DeviceIo(high, 8);
    assertDone(engine.suspend("low"));
    FutureTask<Integer> stuck = new FutureTask<>(() -> io.write(0, 8, 3));
    new Thread(stuck).start();
    while (high.gate.isIdle()) {
      Thread.onSpinWait();
    }
    EngineFixture.TestCaller impatient = engine.new TestCaller();
    FutureTask<ControlProtocol.Answer> suspending =
        new FutureTask<>(
            () -> {
              DmBuffer buffer = engine.request();
              buffer.name("high");
              buffer.flags(DmFlag.SUSPEND);
              return engine.call(DmCommand.DEV_SUSPEND, buffer, impatient);
            });
    new Thread(suspending).start();
    while (!high.gate.closed()) {
      Thread.onSpinWait();
    }
    impatient.go();
    assertRefused(Errno.EINTR, "went away", assertDoesNotTimeOut(suspending));
    assertEquals(0, engine.flags("high") & DmFlag.SUSPEND);
    assertDone(engine.resume("low"));
    assertEquals(0, assertDoesNotTimeOut(stuck));
  }

  // --- events, messages, geometry ----------------------------------------------------------------

  @Test
  void waitReturnsAtOnceForAnOldEventAndElseWithTheNextOne() throws Exception {
    engine.device("vol", "0 8 linear " + disk + " 0");
    assertDone(engine.call(DmCommand.DEV_WAIT, "vol", buffer -> buffer.eventNr(5)));
    long number = engine.engine.devices().named("vol").number().encoded();
    FutureTask<ControlProtocol.Answer> wait =
        new FutureTask<>(() -> engine.call(DmCommand.DEV_WAIT, "", buffer -> buffer.dev(number)));
    new Thread(wait).start();
    assertDone(engine.rename("vol", "other"));
    ControlProtocol.Answer answer = assertDoesNotTimeOut(wait);
    assertDone(answer);
    assertEquals(1, answer.buffer().eventNr());
    assertEquals(1, answer.buffer().targetCount());
  }

  @Test
  void waitEndsWhenTheDeviceGoesAndWhenTheCallerGoes() {
    engine.device("vol", "0 8 linear " + disk + " 0");
    EngineFixture.TestCaller leaving = engine.new TestCaller();
    FutureTask<ControlProtocol.Answer> left =
        new FutureTask<>(
            () -> {
              DmBuffer buffer = engine.request();
              buffer.name("vol");
              return engine.call(DmCommand.DEV_WAIT, buffer, leaving);
            });
    FutureTask<ControlProtocol.Answer> stays =
        new FutureTask<>(() -> engine.call(DmCommand.DEV_WAIT, "vol", buffer -> {}));
    new Thread(left).start();
    new Thread(stays).start();
    leaving.go();
    assertRefused(Errno.EINTR, "went away", assertDoesNotTimeOut(left));
    assertDone(engine.remove("vol"));
    ControlProtocol.Answer answer = assertDoesNotTimeOut(stays);
    assertTrue(answer.errno() == 0 || answer.errno() == Errno.ENXIO.number(), answer.reason());
  }

  private ControlProtocol.Answer message(String name, String text) {
    return message(name, 0, text);
  }

  private ControlProtocol.Answer message(String name, long sector, String text) {
    return engine.call(
        DmCommand.TARGET_MSG,
        name,
        buffer -> TextPayload.writeMessage(buffer, new TargetMessage(new Sectors(sector), text)));
  }

  @Test
  void messagesGoToTheTargetOfTheSectorOrToTheCore() {
    engine.device("vol", "0 8 linear " + disk + " 0");
    engine.create("empty");
    assertRefused(Errno.EINVAL, "Empty message received.", message("vol", "  "));
    assertRefused(Errno.EINVAL, "Target type does not support messages", message("vol", "hello"));
    assertRefused(
        Errno.EINVAL, "Target message sector outside device.", message("vol", 8, "hello"));
    assertRefused(Errno.EINVAL, "Unsupported message sent to DM core", message("vol", "@what"));
    assertRefused(
        Errno.EINVAL,
        "Invalid arguments for @cancel_deferred_remove",
        message("vol", "@cancel_deferred_remove now"));
    assertDone(message("empty", "hello"));
    assertRefused(Errno.ENXIO, "no device", message("nix", "hello"));
  }

  @Test
  void geometryIsCheckedAndForgottenWhenTheSizeChanges() {
    MappedDevice device = engine.device("vol", "0 8 linear " + disk + " 0");
    assertRefused(Errno.EINVAL, "Unable to interpret geometry settings.", geometry("1 2 3"));
    assertRefused(Errno.EINVAL, "Unable to interpret geometry settings.", geometry("1 2 3 x"));
    assertRefused(Errno.EINVAL, "Geometry exceeds range limits.", geometry("65536 1 1 0"));
    assertRefused(Errno.EINVAL, "Start sector is beyond the geometry limits.", geometry("2 2 2 9"));
    assertDone(geometry("2 2 2 8"));
    engine.load("vol", "0 8 linear " + disk + " 8");
    engine.resume("vol");
    assertEquals(new Geometry(2, 2, 2, new Sectors(8)), device.geometry);
    engine.load("vol", "0 9 linear " + disk + " 8");
    engine.resume("vol");
    assertEquals(null, device.geometry);
  }

  private ControlProtocol.Answer geometry(String text) {
    return engine.call(
        DmCommand.DEV_SET_GEOMETRY, "vol", buffer -> TextPayload.write(buffer, text));
  }
}
