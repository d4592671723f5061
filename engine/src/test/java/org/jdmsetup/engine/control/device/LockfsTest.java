package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.engine.expose.freeze.FreezeException;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.MappingTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When file systems are frozen and thawed ({@code lock_fs}), and when nodes are claimed. */
@Timeout(60)
final class LockfsTest {
  @TempDir Path directory;

  private final Nodes nodes = new Nodes();
  private EngineFixture engine;
  private MappedDevice device;
  private String disk;

  /** Devices whose nodes are mounted, as it seems. */
  private final class Nodes implements Exposure {
    private final NodelessExposure numbers = new NodelessExposure();
    final List<String> log = new ArrayList<>();
    int refusal;
    int claimRefusal;

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
    public int add(String name, BlockDevice added, int wantedMinor) throws IOException {
      return numbers.add(name, added, wantedMinor);
    }

    @Override
    public void update(int minor) {
      numbers.update(minor);
    }

    @Override
    public boolean remove(int minor) {
      return numbers.remove(minor);
    }

    @Override
    public void clientConnected(String nodes) {
      // nothing is looked at
    }

    @Override
    public int openCount(int minor) {
      return 1;
    }

    @Override
    public int claim(int minor) {
      log.add("claim " + minor);
      return claimRefusal;
    }

    @Override
    public void releaseClaim(int minor) {
      log.add("releaseClaim " + minor);
    }

    @Override
    public Frozen freeze(int minor) throws FreezeException {
      if (refusal != 0) {
        throw new FreezeException(refusal, "the file system on /mnt cannot be frozen");
      }
      log.add("freeze, gate " + gate());
      return () -> log.add("thaw, gate " + gate());
    }

    private String gate() {
      return device.gate.closed() ? "closed" : "open";
    }

    @Override
    public void close() {
      numbers.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    disk = EngineFixture.file(directory, "disk", 2000);
    engine = new EngineFixture(Files.createDirectory(directory.resolve("run")), nodes);
    device = engine.device("vol", "0 100 linear " + disk + " 0");
    nodes.log.clear();
  }

  @AfterEach
  void end() {
    engine.close();
  }

  private ControlProtocol.Answer suspend(int flags) {
    return engine.call(
        DmCommand.DEV_SUSPEND, "vol", buffer -> buffer.flags(DmFlag.SUSPEND | flags));
  }

  @Test
  void aFileSystemWritesBeforeRequestsAreHeldBackAndAfterTheyPassAgain() {
    assertEquals(0, suspend(0).errno());
    assertEquals(List.of("freeze, gate open"), nodes.log);
    assertEquals(0, suspend(0).errno()); // nothing is done twice
    assertEquals(0, engine.resume("vol").errno());
    assertEquals(List.of("freeze, gate open", "thaw, gate open"), nodes.log);
  }

  @Test
  void withoutLockfsOrFlushNothingIsFrozen() {
    assertEquals(0, suspend(DmFlag.SKIP_LOCKFS).errno());
    assertEquals(0, engine.resume("vol").errno());
    assertEquals(0, suspend(DmFlag.NOFLUSH).errno());
    assertEquals(0, engine.resume("vol").errno());
    assertEquals(List.of(), nodes.log);
  }

  @Test
  void aSwapOfARunningDeviceFreezesToo() {
    engine.load("vol", "0 100 zero");
    assertEquals(0, engine.resume("vol").errno());
    assertEquals(List.of("freeze, gate open", "thaw, gate open"), nodes.log);
  }

  @Test
  void aDeviceWithoutTableHasNothingToFreeze() {
    engine.create("empty");
    assertEquals(
        0,
        engine
            .call(DmCommand.DEV_SUSPEND, "empty", buffer -> buffer.flags(DmFlag.SUSPEND))
            .errno());
    assertEquals(List.of(), nodes.log);
  }

  @Test
  void whatCannotBeFrozenIsNotSuspended() {
    nodes.refusal = Errno.EBUSY.number();
    ControlProtocol.Answer answer = suspend(0);
    assertEquals(Errno.EBUSY.number(), answer.errno());
    assertTrue(answer.reason().contains("cannot be frozen"), answer.reason());
    assertEquals(0, engine.flags("vol") & DmFlag.SUSPEND);
    assertFalse(device.gate.closed());
  }

  @Test
  void aSuspendThatIsGivenUpThaws() throws Exception {
    List<Request> kept = new ArrayList<>();
    Target slow =
        new Target() {
          @Override
          public void submit(Request request, int copy) {
            kept.add(request);
          }

          @Override
          public int copies(Request.Op op) {
            return 1;
          }
        };
    MappingTable mapping =
        MappingTable.of(List.of(new Rule(Sectors.ZERO, new Sectors(8), "zero", "")));
    synchronized (device) {
      device.inactive = new Table(mapping, new Target[] {slow}, false, List.of(), device.below);
    }
    assertEquals(0, engine.resume("vol").errno());
    nodes.log.clear();
    Request request = new Request(r -> {});
    device.submit(request.start(Request.Op.READ, 0, 1, new AlignedBuffer(512).address()));
    request.detach();

    EngineFixture.TestCaller impatient = engine.new TestCaller();
    DmBuffer buffer = engine.request();
    buffer.name("vol");
    buffer.flags(DmFlag.SUSPEND);
    FutureTask<ControlProtocol.Answer> suspending =
        new FutureTask<>(() -> engine.call(DmCommand.DEV_SUSPEND, buffer, impatient));
    new Thread(suspending).start();
    impatient.go();
    assertEquals(Errno.EINTR.number(), suspending.get(30, TimeUnit.SECONDS).errno());
    assertEquals(List.of("freeze, gate open", "thaw, gate open"), nodes.log);
    kept.forEach(held -> held.complete(Outcome.DONE));
  }

  // --- claims ------------------------------------------------------------------------------------

  @Test
  void aDeviceBelowTablesIsClaimedOnce() {
    int minor = device.number().minor();
    engine.device("one", "0 50 linear /dev/mapper/vol 0");
    engine.device("two", "0 50 linear /dev/mapper/vol 50", "50 10 linear /dev/mapper/vol 0");
    assertEquals(List.of("claim " + minor), nodes.log);
    assertEquals(0, engine.remove("one").errno());
    assertEquals(List.of("claim " + minor), nodes.log);
    assertEquals(0, engine.remove("two").errno());
    assertEquals(List.of("claim " + minor, "releaseClaim " + minor), nodes.log);
    assertEquals(0, engine.remove("vol").errno());
  }

  @Test
  void aMountedDeviceCannotBeUsedByATable() {
    nodes.claimRefusal = Errno.EBUSY.number();
    engine.create("high");
    ControlProtocol.Answer refused = engine.load("high", "0 50 linear /dev/mapper/vol 0");
    assertEquals(Errno.EBUSY.number(), refused.errno());
    assertTrue(refused.reason().contains("Device lookup failed"), refused.reason());
    assertTrue(refused.reason().contains("is in use"), refused.reason());
    assertEquals(0, device.opens.get());
  }
}
