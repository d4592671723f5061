package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jdmsetup.engine.backing.Fact;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.journal.DeviceRecord;
import org.jdmsetup.engine.control.journal.Geometry;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.journal.SavedTable;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a second engine finds in the journal of one that was killed. */
final class RestoreTest {
  @TempDir Path directory;

  private Path run;
  private String disk;

  @BeforeEach
  void prepare() throws IOException {
    run = Files.createDirectory(directory.resolve("run"));
    disk = EngineFixture.file(directory, "disk", 2000);
  }

  private List<Path> journal() throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("journal"))) {
      return files.sorted().toList();
    }
  }

  /** Numbers without nodes, and which devices were to show a changed size. */
  private static final class ShownDevices implements Exposure {
    private final NodelessExposure numbers = new NodelessExposure();
    private final List<Integer> shown = new ArrayList<>();

    @Override
    public RankedLock lock() {
      return numbers.lock();
    }

    @Override
    public int major() {
      return numbers.major();
    }

    @Override
    public boolean hasNodes() {
      return false;
    }

    @Override
    public int add(String name, BlockDevice device, int wantedMinor) throws IOException {
      return numbers.add(name, device, wantedMinor);
    }

    @Override
    public void update(int minor) {
      shown.add(minor);
    }

    @Override
    public boolean remove(int minor) {
      return numbers.remove(minor);
    }

    @Override
    public void clientConnected(String nodes) {
      numbers.clientConnected(nodes);
    }

    @Override
    public int openCount(int minor) {
      return numbers.openCount(minor);
    }

    @Override
    public int claim(int minor) {
      return numbers.claim(minor);
    }

    @Override
    public void releaseClaim(int minor) {
      numbers.releaseClaim(minor);
    }

    @Override
    public Frozen freeze(int minor) {
      return numbers.freeze(minor);
    }

    @Override
    public void close() {
      numbers.close();
    }
  }

  @Test
  void everythingAboutADeviceComesBack() throws Exception {
    try (EngineFixture before = new EngineFixture(run)) {
      before.call(DmCommand.DEV_CREATE, "vol\nume", buffer -> buffer.uuid("LVM-\\1"));
      before.load(
          "vol\nume",
          "0 8 linear " + disk + " 100",
          "8 16 striped 2 8 " + disk + " 0 " + disk + " 50");
      before.resume("vol\nume");
      before.load("vol\nume", DmFlag.READONLY, "0 8 zero");
      before.rename("vol\nume", "volume");
      before.call(
          DmCommand.DEV_SET_GEOMETRY, "volume", buffer -> TextPayload.write(buffer, "1 2 3 4"));
      before.suspend("volume");
      before.create("empty");
    }
    assertEquals(
        PosixFilePermissions.fromString("rw-------"),
        Files.getPosixFilePermissions(journal().get(0)));
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of("empty", "volume"), after.names());
      MappedDevice device = after.engine.devices().named("volume");
      assertEquals("LVM-\\1", device.uuid());
      assertEquals(1, device.events().number());
      assertEquals(new Geometry(1, 2, 3, new Sectors(4)), device.geometry);
      assertEquals(
          DmFlag.SUSPEND | DmFlag.ACTIVE_PRESENT | DmFlag.INACTIVE_PRESENT,
          after.flags("volume")
              & (DmFlag.SUSPEND | DmFlag.ACTIVE_PRESENT | DmFlag.INACTIVE_PRESENT));
      assertEquals(
          List.of("0 8 linear " + disk + " 100", "8 16 striped 2 8 " + disk + " 0 " + disk + " 50"),
          after.table("volume"));
      assertEquals(
          List.of("0 8 zero "),
          after.lines("volume", DmFlag.STATUS_TABLE | DmFlag.QUERY_INACTIVE_TABLE));
      assertEquals(0, after.resume("volume").errno());
      assertTrue((after.flags("volume") & DmFlag.READONLY) != 0);
      assertEquals(0, after.flags("empty") & (DmFlag.SUSPEND | DmFlag.ACTIVE_PRESENT));
    }
  }

  @Test
  void writtenBlocksReadBackAndRemovedDevicesStayAway() throws Exception {
    try (EngineFixture before = new EngineFixture(run)) {
      DeviceIo io = new DeviceIo(before.device("vol", "0 100 linear " + disk + " 7"), 100);
      assertEquals(0, io.write(0, 100, 42));
      before.device("gone", "0 8 zero");
      before.remove("gone");
    }
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of("vol"), after.names());
      DeviceIo io = new DeviceIo(after.engine.devices().named("vol"), 100);
      assertEquals(0, io.read(0, 100));
      assertTrue(io.holds(0, 100, 42));
    }
  }

  @Test
  void referencesFollowTheNumbersWhenThoseAreTaken() throws Exception {
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("low", "0 100 linear " + disk + " 0");
      before.device("zz", "0 100 linear " + disk + " 200");
      before.device("high", "0 50 linear /dev/mapper/zz 10", "50 50 linear /dev/mapper/low 0");
    }
    NodelessExposure numbers = new NodelessExposure();
    int stranger = numbers.add("stranger", null, 0);
    numbers.add("stranger", null, 2);
    try (EngineFixture after = new EngineFixture(run, numbers)) {
      assertEquals(List.of("high", "low", "zz"), after.names());
      assertNotEquals(stranger, after.engine.devices().named("low").number().minor());
      String low = after.engine.devices().named("low").tableWord();
      String zz = after.engine.devices().named("zz").tableWord();
      assertNotEquals(low, zz);
      assertEquals(
          List.of("0 50 linear " + zz + " 10", "50 50 linear " + low + " 0"), after.table("high"));
      DeviceIo high = new DeviceIo(after.engine.devices().named("high"), 1);
      DeviceIo below = new DeviceIo(after.engine.devices().named("zz"), 1);
      assertEquals(0, high.write(5, 1, 3));
      assertEquals(0, below.read(15, 1));
      assertTrue(below.holdsAt(0, 5, 3));
    }
  }

  @Test
  void aDeviceWhoseDiskIsMissingWaitsSuspendedWithItsTable() throws Exception {
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("vol", "0 8 linear " + disk + " 0");
    }
    byte[] journalled = Files.readAllBytes(journal().get(0));
    Path away = directory.resolve("away");
    Files.move(Path.of(disk), away);
    ShownDevices nodes = new ShownDevices();
    try (EngineFixture after = new EngineFixture(run, nodes)) {
      assertEquals(1, after.restored.problems().size());
      assertTrue(after.restored.problems().get(0).contains("No such file"));
      assertEquals(
          DmFlag.SUSPEND,
          after.flags("vol") & (DmFlag.SUSPEND | DmFlag.ACTIVE_PRESENT | DmFlag.INACTIVE_PRESENT));
      assertEquals(ByteText.of(journalled), ByteText.of(Files.readAllBytes(journal().get(0))));
      ControlProtocol.Answer refused = after.resume("vol");
      assertEquals(Errno.EINVAL.number(), refused.errno());
      assertTrue(refused.reason().contains("No such file"), refused.reason());
      Files.move(away, Path.of(disk));
      assertEquals(0, after.resume("vol").errno());
      assertEquals(List.of("0 8 linear " + disk + " 0"), after.table("vol"));
      assertEquals(List.of(0), nodes.shown, "the node has the size that the table gives it");
    }
  }

  @Test
  void referencesOfALostTableFollowTheNumbersToo() throws Exception {
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("low", "0 8 linear " + disk + " 0");
      String other = EngineFixture.file(directory, "other", 100);
      before.device("high", "0 8 linear /dev/mapper/low 0", "8 8 linear " + other + " 0");
    }
    Path other = directory.resolve("other");
    Files.move(other, directory.resolve("away"));
    NodelessExposure numbers = new NodelessExposure();
    numbers.add("stranger", null, 0);
    try (EngineFixture after = new EngineFixture(run, numbers)) {
      assertEquals(1, after.restored.problems().size());
    }
    Files.move(directory.resolve("away"), other);
    NodelessExposure same = new NodelessExposure();
    same.add("stranger", null, 0);
    try (EngineFixture after = new EngineFixture(run, same)) {
      assertEquals(List.of(), after.restored.problems());
      String low = after.engine.devices().named("low").tableWord();
      assertEquals(
          List.of("0 8 linear " + low + " 0", "8 8 linear " + other + " 0"), after.table("high"));
      assertEquals(0, after.flags("high") & DmFlag.SUSPEND, "it was not suspended before");
    }
  }

  @Test
  void aKillBetweenTwoRenumberedDevicesLosesNoReference() throws Exception {
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("low", "0 8 linear " + disk + " 0");
      before.device("high", "0 8 linear /dev/mapper/low 0");
    }
    Path high = journal().get(1);
    byte[] journalled = Files.readAllBytes(high);
    NodelessExposure numbers = new NodelessExposure();
    numbers.add("stranger", null, 0);
    new EngineFixture(run, numbers).close();
    Files.write(high, journalled); // as if the daemon had died before it wrote this one
    NodelessExposure same = new NodelessExposure();
    same.add("stranger", null, 0);
    try (EngineFixture after = new EngineFixture(run, same)) {
      String low = after.engine.devices().named("low").tableWord();
      assertEquals(List.of("0 8 linear " + low + " 0"), after.table("high"));
      assertEquals(List.of(), after.restored.problems());
    }
  }

  @Test
  void aTableWaitsForTheDeviceBelowAndTakesNoOtherWithItsNumber() throws Exception {
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("low", "0 8 linear " + disk + " 0");
      before.device("high", "0 8 linear /dev/mapper/low 0");
    }
    Files.write(journal().get(0), new byte[0]);
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of("high"), after.names());
      String number = after.device("other", "0 8 linear " + disk + " 100").tableWord();
      ControlProtocol.Answer refused = after.resume("high");
      assertEquals(Errno.EINVAL.number(), refused.errno());
      assertTrue(refused.reason().contains(number + " was the engine's device"), refused.reason());
      assertEquals(0, after.flags("high") & DmFlag.ACTIVE_PRESENT);
    }
  }

  @Test
  void aNumberThatIsAnotherDiskByNowIsNotUsed() throws Exception {
    DeviceNumber number = anyDisk();
    Journal journal = new Journal(run.resolve("journal"));
    Rule rule = new Rule(Sectors.ZERO, new Sectors(8), "linear", number + " 0");
    SavedTable table =
        new SavedTable(
            false,
            Map.of(number.toString(), new Identity(Map.of(Fact.SEQUENCE, "0"))),
            List.of(rule),
            List.of(""));
    String file = journal.newFile();
    journal.write(
        file,
        new DeviceRecord(
            "vol", "", new DeviceNumber(7, 0), "/dev", 0, List.of(), null, table, null));
    try (EngineFixture after = new EngineFixture(run)) {
      assertTrue(
          after.restored.problems().get(0).contains(number + " is another one now"),
          after.restored.problems().get(0));
      assertEquals(0, after.flags("vol") & DmFlag.ACTIVE_PRESENT);
    }
    assertTrue(
        Files.readString(run.resolve("journal").resolve(file)).contains("known sequence 0\n"));
  }

  @Test
  void snapshotsAreThereBeforeTheirOriginCanBeWritten() throws Exception {
    String cow = EngineFixture.file(directory, "cow", 500);
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("a", "0 2000 snapshot-origin " + disk);
      before.device("b", "0 2000 snapshot " + disk + " " + cow + " P 8");
    }
    ShownDevices nodes = new ShownDevices();
    try (EngineFixture after = new EngineFixture(run, nodes)) {
      assertEquals(List.of(), after.restored.problems());
      int origin = after.engine.devices().named("a").number().minor();
      int snapshot = after.engine.devices().named("b").number().minor();
      assertEquals(List.of(snapshot, origin), nodes.shown);
    }
  }

  /** A snapshot reads its store, a mirror its log, while their tables are made again. */
  @Test
  @Timeout(60)
  void suspendedDevicesBelowOthersHoldNothingUp() throws Exception {
    String other = EngineFixture.file(directory, "other", 2000);
    try (EngineFixture engine = new EngineFixture(run)) {
      int low = engine.device("low", "0 2000 linear " + disk + " 0").number().minor();
      int high = engine.device("high", "0 2000 linear " + other + " 0").number().minor();
      String major = engine.engine.major() + ":";
      MappedDevice snap =
          engine.device("snap", "0 800 snapshot %s%d %s%d P 8".formatted(major, low, major, high));
      assertEquals(0, new DeviceIo(snap, 8).write(8, 8, 1));
      String log = EngineFixture.file(directory, "log", 64);
      int logged = engine.device("logged", "0 64 linear " + log + " 0").number().minor();
      String mirror = "0 512 mirror disk 2 %s%d 64 2 %s%d 800 %s%d 1400";
      engine.device("mirror", mirror.formatted(major, logged, major, low, major, low));
      for (String name : List.of("mirror", "low", "high", "logged")) {
        assertEquals(0, engine.suspend(name).errno());
      }
    }
    try (EngineFixture engine = new EngineFixture(run)) {
      assertEquals(List.of(), engine.restored.problems());
      for (String name : List.of("logged", "high", "low", "mirror")) {
        assertTrue((engine.flags(name) & DmFlag.SUSPEND) != 0, name + " is not suspended");
        assertEquals(0, engine.resume(name).errno());
      }
      assertEquals(0, engine.flags("snap") & DmFlag.SUSPEND);
      DeviceIo io = new DeviceIo(engine.engine.devices().named("snap"), 8);
      assertEquals(0, io.read(8, 8));
      assertTrue(io.holds(8, 8, 1));
      assertTrue(
          engine.status("snap").get(0).startsWith("0 800 snapshot 24/2000"), "its exceptions");
    }
  }

  @Test
  @Timeout(60)
  void aLoadedTableOverASuspendedDeviceHoldsNothingUp() throws Exception {
    String other = EngineFixture.file(directory, "other", 2000);
    try (EngineFixture engine = new EngineFixture(run)) {
      int low = engine.device("low", "0 2000 linear " + disk + " 0").number().minor();
      int high = engine.device("high", "0 2000 linear " + other + " 0").number().minor();
      String major = engine.engine.major() + ":";
      engine.device("snap", "0 800 zero");
      String snapshot = "0 800 snapshot %s%d %s%d P 8".formatted(major, low, major, high);
      assertEquals(0, engine.load("snap", snapshot).errno());
      assertEquals(0, engine.suspend("snap").errno());
      assertEquals(0, engine.suspend("high").errno());
    }
    try (EngineFixture engine = new EngineFixture(run)) {
      assertEquals(List.of(), engine.restored.problems());
      assertTrue((engine.flags("high") & DmFlag.SUSPEND) != 0);
      assertTrue((engine.flags("snap") & DmFlag.INACTIVE_PRESENT) != 0);
      assertEquals(0, engine.resume("high").errno());
      assertEquals(0, engine.resume("snap").errno());
    }
  }

  @Test
  void whatTookOverASuspendedSnapshotsStoreRunsAgain() throws Exception {
    String cow = EngineFixture.file(directory, "cow", 2000);
    try (EngineFixture engine = new EngineFixture(run)) {
      MappedDevice snap = engine.device("snap", "0 2000 snapshot " + disk + " " + cow + " P 8");
      assertEquals(0, new DeviceIo(snap, 8).write(8, 8, 1));
      engine.device("origin", "0 2000 snapshot-origin " + disk);
      engine.suspend("origin");
      engine.suspend("snap");
      engine.load("origin", "0 2000 snapshot-merge " + disk + " " + cow + " P 8");
      assertEquals(0, engine.resume("origin").errno());
    }
    try (EngineFixture engine = new EngineFixture(run)) {
      assertEquals(List.of(), engine.restored.problems());
      assertEquals(0, engine.flags("origin") & DmFlag.SUSPEND);
      assertTrue((engine.flags("snap") & DmFlag.SUSPEND) != 0);
      DeviceIo io = new DeviceIo(engine.engine.devices().named("origin"), 8);
      assertEquals(0, io.read(8, 8));
      assertTrue(io.holds(8, 8, 1));
    }
  }

  @Test
  void theLegOfAMirrorThatCountsIsJournalledWithTheEventThatChangedIt() throws Exception {
    String other = EngineFixture.file(directory, "other", 1000);
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("leg", "0 1000 linear " + disk + " 0");
      MappedDevice mirror =
          before.device(
              "vol",
              "0 1000 mirror core 2 64 nosync 2 /dev/mapper/leg 0 " + other + " 0 1 handle_errors");
      CountDownLatch failed = new CountDownLatch(1);
      mirror.events().watch(failed::countDown);
      before.load("leg", "0 1000 error");
      before.resume("leg");
      AlignedBuffer data = new AlignedBuffer(512);
      Request write = new Request(done -> {});
      mirror.submit(write.start(Request.Op.WRITE, 0, 1, data.address()));
      write.detach();
      assertTrue(failed.await(60, TimeUnit.SECONDS));
    }
    assertTrue(ByteText.of(Files.readAllBytes(journal().get(1))).contains("\nmemory 1\n"));
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of(), after.restored.problems());
      assertEquals("1", after.engine.devices().named("vol").live().target(0).savedState());
    }
  }

  @Test
  void anEngineThatHasEndedJournalsNothing() throws Exception {
    String other = EngineFixture.file(directory, "other", 1000);
    try (EngineFixture engine = new EngineFixture(run)) {
      MappedDevice mirror =
          engine.device("vol", "0 1000 mirror core 2 64 nosync 2 " + disk + " 0 " + other + " 0");
      engine.engine.close();
      Files.delete(journal().get(0));
      mirror.events().raise();
      engine.engine.close(); // waits for what the event has queued
      assertEquals(List.of(), journal());
    }
  }

  @Test
  void theLegOfAMirrorThatKeepsItsLogIsJournalledBeforeAWriteIsAnswered() throws Exception {
    String other = EngineFixture.file(directory, "other", 1000);
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("leg", "0 1000 linear " + disk + " 0");
      String params =
          "core 2 64 nosync 2 /dev/mapper/leg 0 " + other + " 0 2 handle_errors keep_log";
      MappedDevice mirror = before.device("vol", "0 1000 mirror " + params);
      before.load("leg", "0 1000 error");
      before.resume("leg");
      assertEquals(0, new DeviceIo(mirror, 8).write(0, 8, 1));
      assertTrue(ByteText.of(Files.readAllBytes(journal().get(1))).contains("\nmemory 1\n"));
    }
  }

  @Test
  void whatIsJournalledWhileADeviceIsAboutToGoOnSaysThatItRuns() throws Exception {
    String log = EngineFixture.file(directory, "log", 64);
    String other = EngineFixture.file(directory, "other", 2000);
    try (EngineFixture engine = new EngineFixture(run)) {
      int logged = engine.device("logged", "0 64 linear " + log + " 0").number().minor();
      String device = engine.engine.major() + ":" + logged;
      engine.device(
          "mirror", "0 512 mirror disk 2 %s 64 2 %s 0 %s 0".formatted(device, disk, other));
      assertEquals(0, engine.suspend("mirror").errno());
      assertEquals(0, engine.suspend("logged").errno());
      FutureTask<Integer> resume = new FutureTask<>(() -> engine.resume("mirror").errno());
      new Thread(resume).start(); // it waits for the log
      while (!Files.readString(journal().get(1)).contains("state typed\n")) {
        Thread.sleep(1);
      }
      assertEquals(0, engine.rename("mirror", "renamed").errno());
      assertTrue((engine.flags("renamed") & DmFlag.SUSPEND) != 0, "it waits");
      assertEquals(0, engine.resume("logged").errno());
      assertEquals(0, resume.get());
    }
    try (EngineFixture engine = new EngineFixture(run)) {
      assertEquals(0, engine.flags("renamed") & DmFlag.SUSPEND);
    }
  }

  private static DeviceNumber anyDisk() throws IOException {
    try (Stream<Path> disks = Files.list(Path.of("/sys/dev/block"))) {
      return disks
          .filter(disk -> Files.exists(disk.resolve("diskseq")))
          .map(disk -> disk.getFileName().toString().split(":"))
          .map(n -> new DeviceNumber(Integer.parseInt(n[0]), Integer.parseInt(n[1])))
          .findAny()
          .orElseGet(() -> Assumptions.abort("no block device"));
    }
  }

  @Test
  void damagedFilesAreSetAsideAndTheOthersComeBack() throws Exception {
    try (EngineFixture before = new EngineFixture(run)) {
      for (String name : new String[] {"a", "b", "c", "d"}) {
        before.device(name, "0 8 linear " + disk + " 0");
      }
    }
    List<Path> files = journal();
    byte[] torn = Files.readAllBytes(files.get(0));
    Files.write(files.get(0), Arrays.copyOf(torn, torn.length / 2));
    byte[] flipped = Files.readAllBytes(files.get(1));
    flipped[30] ^= 1;
    Files.write(files.get(1), flipped);
    Files.write(files.get(2), new byte[0]);
    Files.write(run.resolve("journal/" + files.get(3).getFileName() + ".new"), torn);
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of("d"), after.names());
      assertEquals(3, after.restored.problems().size());
      long aside = journal().stream().filter(f -> f.toString().endsWith(".unreadable")).count();
      assertEquals(3, aside);
      assertEquals(4, journal().size(), "what was being written when the daemon died is gone");
    }
  }

  @Test
  void aDeviceIsNotJournalledAgainAfterItWasRemoved() throws Exception {
    try (EngineFixture engine = new EngineFixture(run)) {
      MappedDevice device = engine.device("vol", "0 8 linear " + disk + " 0");
      engine.remove("vol");
      assertThrows(Refusal.class, () -> engine.engine.rename(device, "late", false));
      assertThrows(Refusal.class, () -> engine.engine.journalling.save(device));
      assertEquals(List.of(), engine.names());
      assertEquals(List.of(), journal());
    }
  }

  @Test
  void aDeviceThatKeepsARequestIsInUse() throws Exception {
    try (EngineFixture engine = new EngineFixture(run)) {
      MappedDevice device = engine.device("vol", "0 8 zero");
      engine.suspend("vol");
      AtomicInteger errno = new AtomicInteger(-1);
      Request flush = new Request(done -> errno.set(done.outcome().number()));
      device.submit(flush.start(Request.Op.FLUSH, 0, 0, 0));
      assertTrue(flush.detach(), "a suspended device keeps it");
      assertEquals(Errno.EBUSY.number(), engine.remove("vol").errno());
      engine.resume("vol");
      assertEquals(0, errno.get());
      assertEquals(0, engine.remove("vol").errno());
    }
  }
}
