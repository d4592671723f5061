package org.jdmsetup.engine.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.PowerCutDisk;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.TargetParams;
import org.junit.jupiter.api.Test;

/** The ebs target (Documentation/admin-guide/device-mapper/dm-ebs.rst). */
final class EbsTargetTest {
  private final PowerCutDisk disk = new PowerCutDisk(new DeviceNumber(8, 0), 128).blocksOf(4096);
  private final TestContext context = new TestContext(64, ref -> disk);

  private DeviceIo io(Target target) {
    return new DeviceIo(new TargetDevice(target, 64), 64);
  }

  @Test
  void aPartOfABlockIsReadChangedAndWritten() {
    DeviceIo io = io(context.make("ebs", "8:0 8 1 8"));
    assertEquals(0, io.write(3, 2, 1));
    assertEquals(List.of("READ 8+8", "WRITE 8+8", "FLUSH"), disk.log());
    assertEquals(0, io.read(3, 2));
    assertTrue(io.holds(3, 2, 1));
    assertEquals(List.of("READ 8+8"), disk.log());
  }

  @Test
  void onlyTheBlocksAtTheEndsAreReadFirst() {
    DeviceIo io = io(context.make("ebs", "8:0 0 1 8"));
    assertEquals(0, io.write(7, 18, 1));
    assertEquals(
        List.of("READ 0+8", "WRITE 0+8", "WRITE 8+16", "READ 24+8", "WRITE 24+8", "FLUSH"),
        disk.log());
    assertEquals(0, io.read(7, 18));
    assertTrue(io.holds(7, 18, 1));
    assertEquals(List.of("READ 0+8", "READ 8+16", "READ 24+8"), disk.log());
  }

  @Test
  void wholeBlocksGoStraightToTheDevice() {
    DeviceIo io = io(context.make("ebs", "8:0 16 1 8"));
    assertEquals(0, io.write(8, 16, 1));
    assertEquals(0, io.read(0, 8));
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    assertEquals(List.of("WRITE 24+16", "READ 16+8", "FLUSH"), disk.log());
  }

  @Test
  void blocksOfTheSameSizeAreServedInTurn() {
    DeviceIo io = io(context.make("ebs", "8:0 0 8 8"));
    assertEquals(0, io.write(8, 8, 1));
    assertEquals(List.of("WRITE 8+8", "FLUSH"), disk.log());
  }

  @Test
  void aDiscardShrinksToWholeBlocks() {
    DeviceIo io = io(context.make("ebs", "8:0 0 1 8"));
    assertEquals(0, io.run(Request.Op.DISCARD, 7, 18));
    assertEquals(0, io.run(Request.Op.DISCARD, 8, 8));
    assertEquals(0, io.run(Request.Op.DISCARD, 1, 7));
    assertEquals(0, io.run(Request.Op.DISCARD, 9, 6));
    assertEquals(List.of("DISCARD 8+16", "DISCARD 8+8"), disk.log());
  }

  @Test
  void theDevicesOwnBlockIsTakenWhenNoneIsGiven() {
    Target target = context.make("ebs", "8:0 8 1");
    assertEquals("8:0 8 1", target.table());
    assertEquals("", target.info());
    assertEquals(0, io(target).write(1, 1, 1));
    assertEquals(List.of("READ 8+8", "WRITE 8+8", "FLUSH"), disk.log());
    Limits limits = Limits.forStacking();
    target.ioHints(limits);
    assertEquals(512, limits.logicalBlockSize());
    assertEquals(4096, limits.physicalBlockSize());
  }

  @Test
  void theOffsetMustBeAMultipleOfTheDevicesBlock() throws ParamsException {
    TargetParams params = TargetParams.parse("ebs", new Sectors(64), "8:0 4 1");
    TargetException e =
        assertThrows(TargetException.class, () -> Targets.named("ebs").make(context, params));
    assertEquals("Device offset must be multiple of underlying block size", e.kernelText());
    assertEquals(Errno.EINVAL.number(), e.errno());
  }

  @Test
  void aBlockTooLargeToHoldIsRefused() throws ParamsException {
    TargetParams params = TargetParams.parse("ebs", new Sectors(64), "8:0 0 1 1073741824");
    TargetException e =
        assertThrows(TargetException.class, () -> Targets.named("ebs").make(context, params));
    assertEquals("Cannot create dm bufio client", e.kernelText());
    assertEquals(Errno.ENOMEM.number(), e.errno());
  }

  @Test
  void errorsOfTheDeviceReachTheRequestThatMetThem() {
    DeviceIo io = io(context.make("ebs", "8:0 0 1 8"));
    disk.fail(request -> request.op() == Request.Op.READ && request.sector() == 8);
    assertEquals(Errno.EIO.number(), io.write(9, 1, 1));
    assertEquals(0, io.write(1, 1, 1));
    disk.fail(request -> request.op() == Request.Op.WRITE);
    assertEquals(Errno.EIO.number(), io.write(1, 1, 2));
    disk.fail(request -> request.op() == Request.Op.FLUSH);
    assertEquals(Errno.EIO.number(), io.write(1, 1, 2));
    assertEquals(0, io.read(1, 1));
  }

  @Test
  void whatIsWrittenInAnyPiecesIsRead() {
    DeviceIo io = io(context.make("ebs", "8:0 8 1 8"));
    int[] seeds = new int[64];
    Random random = new Random(5);
    for (int i = 1; i < 2000; i++) {
      int sector = random.nextInt(64);
      int sectors = 1 + random.nextInt(64 - sector);
      if (random.nextBoolean()) {
        assertEquals(0, io.write(sector, sectors, i));
        for (int s = sector; s < sector + sectors; s++) {
          seeds[s] = i;
        }
      } else {
        assertEquals(0, io.read(sector, sectors));
        for (int s = 0; s < sectors; s++) {
          assertTrue(io.holdsAt(s, sector + s, seeds[sector + s]), "sector " + (sector + s));
        }
      }
    }
  }
}
