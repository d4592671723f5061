package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.targets.Target;
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

/** {@code suspend --noflush} with a target that holds requests, as multipath without paths does. */
@Timeout(60)
final class NoflushTest {
  @TempDir Path directory;

  private EngineFixture engine;
  private MappedDevice device;
  private String disk;

  private final Queueing first = new Queueing();
  private final Queueing second = new Queueing();
  private final AlignedBuffer data = new AlignedBuffer(64 * 512);
  private volatile boolean done;

  /** Keeps what it gets, changed as targets change requests, and gives it back on presuspend. */
  private final class Queueing implements Target {
    final List<Request> kept = new ArrayList<>();
    boolean sawNoflush;

    @Override
    public void submit(Request request, int copy) {
      request.sector(request.sector() + 100_000);
      if (request.op() == Request.Op.DISCARD) {
        request.sectors(1);
      }
      kept.add(request);
    }

    @Override
    public int copies(Request.Op op) {
      return 1;
    }

    @Override
    public boolean discardsSupported() {
      return true;
    }

    @Override
    public void ioHints(org.jdmsetup.engine.block.Limits limits) {
      limits.maxDiscardSectors(64);
      limits.discardGranularityBytes(512);
    }

    @Override
    public void presuspend() {
      sawNoflush = device.gate.requeues();
      kept.forEach(request -> request.complete(Outcome.REQUEUE));
      kept.clear();
    }
  }

  @BeforeEach
  void start() throws Exception {
    disk = EngineFixture.file(directory, "disk", 64);
    engine = new EngineFixture(Files.createDirectory(directory.resolve("run")));
    assertEquals(0, engine.create("vol").errno());
    device = engine.engine.devices().named("vol");
    List<Rule> rules =
        List.of(
            new Rule(Sectors.ZERO, new Sectors(32), "linear", "a 0"),
            new Rule(new Sectors(32), new Sectors(32), "linear", "a 0"));
    MappingTable mapping = MappingTable.of(rules);
    synchronized (device) {
      device.inactive =
          new Table(mapping, new Target[] {first, second}, false, List.of(), device.below);
      device.everLoaded = true;
    }
    assertEquals(0, engine.resume("vol").errno());
  }

  @AfterEach
  void end() {
    engine.close();
  }

  private Request submit(Request.Op op, long sector, long sectors) {
    Request request = new Request(r -> done = true);
    device.submit(request.start(op, sector, sectors, data.address()));
    done = !request.detach();
    return request;
  }

  private int suspend(int flags) {
    return engine
        .call(DmCommand.DEV_SUSPEND, "vol", buffer -> buffer.flags(DmFlag.SUSPEND | flags))
        .errno();
  }

  private void resumeWithDisk() {
    assertEquals(0, engine.load("vol", "0 64 linear " + disk + " 0").errno());
    assertEquals(0, engine.resume("vol").errno());
  }

  @Test
  void whatATargetGivesBackMeetsTheNextTable() {
    DeviceIo.fill(data, 10, 4, 7);
    Request request = submit(Request.Op.WRITE, 10, 4);
    assertFalse(done);

    assertEquals(0, suspend(DmFlag.NOFLUSH));
    assertTrue(first.sawNoflush);
    assertFalse(done, "it waits for the next table");
    assertFalse(device.gate.requeues(), "the suspend is over");

    resumeWithDisk();
    assertTrue(done);
    assertEquals(0, request.outcome().number());
    DeviceIo io = new DeviceIo(device, 64);
    assertEquals(0, io.read(10, 4));
    assertTrue(io.holds(10, 4, 7), "it was written where it belongs");
  }

  @Test
  void aCutRequestGoesBackAsAWhole() {
    DeviceIo.fill(data, 30, 4, 7);
    Request request = submit(Request.Op.WRITE, 30, 4);
    second.kept.remove(0).complete(Outcome.EIO); // what is given back outweighs errors
    assertEquals(0, suspend(DmFlag.NOFLUSH));
    assertFalse(done);
    resumeWithDisk();
    assertTrue(done);
    assertEquals(0, request.outcome().number());
    DeviceIo io = new DeviceIo(device, 64);
    assertEquals(0, io.read(30, 4));
    assertTrue(io.holds(30, 4, 7));
  }

  @Test
  void aShortenedDiscardHasItsLengthBack() {
    DeviceIo io = new DeviceIo(device, 64);
    Request request = submit(Request.Op.DISCARD, 8, 8);
    assertEquals(0, suspend(DmFlag.NOFLUSH));
    assertEquals(8, request.sector());
    assertEquals(8, request.sectors());
    resumeWithDisk();
    assertTrue(done);
    assertEquals(0, io.read(8, 8));
  }

  @Test
  void inAnyOtherSuspendItFails() {
    Request request = submit(Request.Op.WRITE, 10, 4);
    assertEquals(0, suspend(0));
    assertFalse(first.sawNoflush);
    assertTrue(done);
    assertEquals(Errno.EIO.number(), request.outcome().number());
  }

  @Test
  void whatWasGivenBackComesBeforeWhatCameLater() {
    Request early = submit(Request.Op.WRITE, 10, 4);
    assertEquals(0, suspend(DmFlag.NOFLUSH));
    Request late = submit(Request.Op.READ, 20, 1);
    assertEquals(0, engine.load("vol", "0 64 error").errno());
    RequestList kept = device.gate.takeDeferred();
    assertEquals(early, kept.poll());
    assertEquals(late, kept.poll());
  }

  @Test
  void aDeviceThatGoesFailsWhatItKeeps() {
    Request request = submit(Request.Op.WRITE, 10, 4);
    assertEquals(0, suspend(DmFlag.NOFLUSH));
    device.failDeferred();
    assertTrue(done);
    assertEquals(Errno.EIO.number(), request.outcome().number());
  }
}
