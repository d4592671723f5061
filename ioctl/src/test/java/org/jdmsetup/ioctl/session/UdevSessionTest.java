package org.jdmsetup.ioctl.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.Backend;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.ioctl.udev.MemorySemaphores;
import org.jdmsetup.ioctl.udev.Udev;
import org.jdmsetup.ioctl.udev.UdevCookies;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.text.ParsedTable;
import org.jdmsetup.tables.text.TableSource;
import org.jdmsetup.tables.text.TableText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What udev is told, when it is waited for, and who makes the nodes. */
class UdevSessionTest {
  private static final int FLAGS = 0xffff0000;
  private static final int RESUMED_IN_DEV = 0x00600000;
  private static final int RESUMED_ELSEWHERE = 0x00400000;

  @TempDir Path system;
  private final MemorySemaphores semaphores = new MemorySemaphores();
  private final List<String> printed = new ArrayList<>();
  private final Settings settings = new Settings();
  private final ScriptedControl driver = new ScriptedControl();

  @BeforeEach
  void udevRuns() throws IOException {
    Files.createFile(system.resolve("control"));
    Files.createFile(system.resolve("95-dm-notify.rules"));
  }

  private DeviceMapper session(ControlDevice control) {
    Path here = system.resolve("control");
    return new DeviceMapper(
        settings,
        printed::add,
        control,
        new Udev(settings, printed::add, semaphores, here, List.of(system)));
  }

  private DmTask task(TaskType type) throws DmException {
    return session(driver).task(type).device(DeviceKey.name("vol"));
  }

  private static ParsedTable table(String text) throws Exception {
    return TableText.parse(text, TableSource.OPTION);
  }

  /** The kernel sends the event, and udev is at once done with it. */
  private Consumer<DmBuffer> event() {
    return reply -> {
      reply.setFlag(DmFlag.UEVENT_GENERATED, true);
      int base = driver.seen.get(driver.seen.size() - 1).request().eventNr() & ~FLAGS;
      semaphores.values.computeIfPresent(UdevCookies.ofBase(base), (key, value) -> value - 1);
    };
  }

  private int flags(int request) {
    return driver.request(request).eventNr() & FLAGS;
  }

  private int base(int request) {
    return driver.request(request).eventNr() & ~FLAGS;
  }

  private static DmReply createVol(DeviceMapper session, ParsedTable table) throws DmException {
    return session.create(session.task(TaskType.CREATE).device(DeviceKey.name("vol")), table);
  }

  @Test
  void aResumeIsWaitedFor() throws Exception {
    driver.succeed(event());
    task(TaskType.RESUME).run();
    assertEquals(RESUMED_IN_DEV, flags(0));
    assertEquals(UdevCookies.base(semaphores.made.get(0)), base(0));
    assertEquals(List.of(), semaphores.all());
    assertEquals(List.of(), printed);
  }

  @Test
  void whatCausesNoEventIsNotWaitedFor() throws Exception {
    task(TaskType.RESUME).run();
    assertEquals(List.of(), semaphores.all());
    driver.fail(Errno.ENXIO);
    assertThrows(DmException.class, task(TaskType.REMOVE)::run);
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void aDriverThatCannotSayWhetherThereWasAnEvent() throws Exception {
    ScriptedControl old = new ScriptedControl(16);
    old.succeed(reply -> semaphores.values.replaceAll((key, value) -> value - 1));
    session(old).task(TaskType.RENAME).device(DeviceKey.name("a")).newName("b").run();
    assertEquals(1, semaphores.made.size());
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void aDriverWithoutCookies() throws Exception {
    ScriptedControl old = new ScriptedControl(14);
    session(old).task(TaskType.REMOVE).device(DeviceKey.name("a")).run();
    assertEquals(0, old.request(0).eventNr());
    assertEquals(List.of(), semaphores.made);
  }

  @Test
  void creatingHasOneCookieForItAll() throws Exception {
    driver.device(1).device(1).succeed(event());
    createVol(session(driver), table("0 8 zero"));
    assertEquals(0x00200000, driver.request(0).eventNr());
    assertEquals(0, driver.request(1).eventNr());
    assertEquals(RESUMED_IN_DEV, flags(2));
    assertEquals(1, semaphores.made.size());
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void aCreationThatIsTakenBackUsesItsCookieOnceMore() throws Exception {
    driver.device(1).fail(Errno.EINVAL).succeed(event());
    DeviceMapper session = session(driver);
    assertThrows(DmException.class, () -> createVol(session, table("0 8 linear /dev/x 0")));
    assertEquals(DmCommand.DEV_REMOVE, driver.commands().get(2));
    assertEquals(RESUMED_IN_DEV, flags(2));
    assertEquals(UdevCookies.base(semaphores.made.get(0)), base(2));
    assertEquals(1, semaphores.made.size());
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void aDeviceThatCannotBeCreatedLeavesNoCookie() throws Exception {
    driver.fail(Errno.EBUSY);
    DeviceMapper session = session(driver);
    assertThrows(DmException.class, () -> createVol(session, table("0 8 zero")));
    assertEquals(1, semaphores.made.size());
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void withoutATableThereIsNothingToWaitFor() throws Exception {
    createVol(session(driver), table(""));
    createVol(session(driver), null);
    assertEquals(List.of(), semaphores.made);
  }

  @Test
  void withoutACookieNothingIsDone() throws Exception {
    semaphores.failing("create", Errno.ENOSPC);
    assertThrows(DmException.class, task(TaskType.REMOVE)::run);
    assertEquals(List.of(), driver.commands());
  }

  @Test
  void aCookieThatTakesNoStepIsNotLeft() throws Exception {
    semaphores.failing("add", Errno.ERANGE);
    assertThrows(DmException.class, task(TaskType.REMOVE)::run);
    assertEquals(List.of(), driver.commands());
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void theUsersCookieIsTheirsToWaitFor() throws Exception {
    DeviceMapper session = session(driver);
    int cookie = session.createCookie();
    settings.udevCookie(cookie).verifyUdev(true);
    driver.device(1).device(1).succeed(reply -> reply.setFlag(DmFlag.UEVENT_GENERATED, true));
    createVol(session, table("0 8 zero"));
    assertEquals(RESUMED_IN_DEV, flags(2));
    assertEquals(2, semaphores.values.get(cookie));

    session.completeCookie(cookie);
    session.releaseCookie(cookie);
    assertEquals(List.of(), semaphores.all());
    assertEquals(List.of(cookie), semaphores.made);
  }

  @Test
  void aCookieThatIsGoneFailsBeforeAnythingIsDone() throws Exception {
    settings.udevCookie(0x0d4d0007);
    assertThrows(DmException.class, task(TaskType.REMOVE)::run);
    assertEquals(List.of(), driver.commands());
    assertEquals(
        List.of(
            "Could not find notification semaphore identified by cookie value 223150087"
                + " (0xd4d0007)"),
        printed);
  }

  @Test
  void inAnotherDirectoryTheNodesAreOurs() throws Exception {
    settings.deviceDirectory(system.toString());
    driver.succeed(event());
    DeviceMapper session = session(driver);
    session.task(TaskType.RESUME).device(DeviceKey.name("vol")).run();
    assertEquals(RESUMED_ELSEWHERE, flags(0));
    assertEquals(1, semaphores.made.size());
    assertFalse(session.udevMakesNodes());
    assertFalse(session.udev().canBeVerified());
  }

  @Test
  void inDevTheNodesAreUdevsUnlessVerified() {
    assertTrue(session(driver).udevMakesNodes());
    settings.verifyUdev(true);
    assertFalse(session(driver).udevMakesNodes());
    assertTrue(session(driver).udev().canBeVerified());
    settings.udevCookie(0x0d4d0007);
    assertTrue(session(driver).udevMakesNodes());
  }

  @Test
  void withoutItsRules() throws Exception {
    settings.udevRules(false);
    driver.succeed(event());
    task(TaskType.RESUME).run();
    assertEquals(RESUMED_IN_DEV | 0x00030000, flags(0));
    assertEquals(1, semaphores.made.size());
    assertFalse(session(driver).udev().canBeVerified());
  }

  @Test
  void withoutWaiting() throws Exception {
    settings.udevSync(false);
    DeviceMapper session = session(driver);
    session.task(TaskType.REMOVE).device(DeviceKey.name("vol")).run();
    assertEquals(RESUMED_IN_DEV, driver.request(0).eventNr());
    assertEquals(0, session.createCookie());
    session.releaseCookie(5);
    session.completeCookie(5);
    assertTrue(session.udevMakesNodes());
    assertEquals(List.of(), semaphores.made);
  }

  @Test
  void disabledByTheEnvironmentItIsSaidOnce() throws Exception {
    settings.udevDisabled(true).udevRules(false);
    DeviceMapper session = session(driver);
    session.task(TaskType.REMOVE).device(DeviceKey.name("vol")).run();
    session.task(TaskType.REMOVE).device(DeviceKey.name("vol")).run();
    assertEquals(0x00430000, driver.request(0).eventNr());
    assertFalse(session.udevMakesNodes());
    assertEquals(
        List.of(
            "Udev is running and DM_DISABLE_UDEV environment variable is set. Bypassing udev,"
                + " device-mapper library will manage device nodes in device directory."),
        printed);
  }

  @Test
  void udevDoesNotRun() throws Exception {
    Files.delete(system.resolve("control"));
    DeviceMapper session = session(driver);
    session.task(TaskType.REMOVE).device(DeviceKey.name("vol")).run();
    assertEquals(RESUMED_IN_DEV, driver.request(0).eventNr());
    assertFalse(session.udevMakesNodes());
    assertEquals(List.of(), semaphores.made);
  }

  @Test
  void aUdevThatKnowsNoMappedDevicesWouldNeverAnswer() throws Exception {
    Files.delete(system.resolve("95-dm-notify.rules"));
    DeviceMapper session = session(driver);
    session.task(TaskType.REMOVE).device(DeviceKey.name("vol")).run();
    assertFalse(session.udevMakesNodes());
    assertEquals(List.of(), semaphores.made);
  }

  @Test
  void aKernelWithoutSemaphores() throws Exception {
    semaphores.supported = false;
    task(TaskType.REMOVE).run();
    assertEquals(RESUMED_IN_DEV, driver.request(0).eventNr());
    assertEquals(
        List.of(
            "Kernel not configured for semaphores (System V IPC)."
                + " Not using udev synchronisation code."),
        printed);
  }

  @Test
  void theEngineIsNotStartedToFindOut() {
    settings.backend(Backend.ENGINE);
    assertFalse(session(null).syncsWithUdev());
    assertEquals(List.of(), printed);
  }
}
