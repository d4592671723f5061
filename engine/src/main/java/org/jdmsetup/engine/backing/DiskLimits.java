package org.jdmsetup.engine.backing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The limits of a block device of the system, as sysfs shows them ({@code
 * Documentation/ABI/stable/sysfs-block}). A partition has its disk's, counted from its start.
 */
final class DiskLimits {
  private final Path device;
  private final Path disk;

  DiskLimits(DeviceNumber number) {
    device = Path.of("/sys/dev/block", number.toString());
    disk = disk(device);
  }

  private static Path disk(Path device) {
    try {
      return Files.exists(device.resolve("queue")) ? device : device.toRealPath().getParent();
    } catch (IOException gone) {
      return device; // then nothing below it can be read either
    }
  }

  /** What the disk wants; what cannot be read is as of a simple disk. */
  Limits read(int logicalBlockSize) {
    Path queue = disk.resolve("queue");
    Limits limits = Limits.ofDisk();
    limits.logicalBlockSize(logicalBlockSize);
    limits.physicalBlockSize(
        (int) number(queue.resolve("physical_block_size"), logicalBlockSize) & 0x7fff_ffff);
    limits.ioMinBytes(number(queue.resolve("minimum_io_size"), logicalBlockSize));
    limits.ioOptBytes(number(queue.resolve("optimal_io_size"), 0));
    limits.chunkSectors(number(queue.resolve("chunk_sectors"), 0));
    limits.alignmentOffsetBytes(Math.max(0, number(disk.resolve("alignment_offset"), 0)));
    limits.maxDiscardSectors(Sectors.fromBytes(number(queue.resolve("discard_max_bytes"), 0)));
    if (limits.canDiscard()) {
      limits.discardGranularityBytes(
          number(queue.resolve("discard_granularity"), logicalBlockSize));
      limits.discardAlignmentBytes(number(disk.resolve("discard_alignment"), 0));
    }
    limits.maxWriteZeroesSectors(
        Sectors.fromBytes(number(queue.resolve("write_zeroes_max_bytes"), 0)));
    return limits;
  }

  /** Where the device begins on its disk. */
  Sectors start() {
    return new Sectors(number(device.resolve("start"), 0));
  }

  private static long number(Path file, long otherwise) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException | NumberFormatException unknown) {
      return otherwise;
    }
  }
}
