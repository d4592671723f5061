package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The limits of a block device of the system, as sysfs shows them ({@code
 * Documentation/ABI/stable/sysfs-block}). A partition has its disk's, counted from its start.
 */
final class DiskLimits {
  private final SysfsDisk sysfs;

  DiskLimits(DeviceNumber number) {
    sysfs = new SysfsDisk(number);
  }

  /** What the disk wants; what cannot be read is as of a simple disk. */
  Limits read(int logicalBlockSize) {
    Limits limits = Limits.ofDisk();
    limits.logicalBlockSize(logicalBlockSize);
    limits.physicalBlockSize(
        (int) sysfs.diskNumber("queue/physical_block_size", logicalBlockSize) & 0x7fff_ffff);
    limits.ioMinBytes(sysfs.diskNumber("queue/minimum_io_size", logicalBlockSize));
    limits.ioOptBytes(sysfs.diskNumber("queue/optimal_io_size", 0));
    limits.chunkSectors(sysfs.diskNumber("queue/chunk_sectors", 0));
    limits.alignmentOffsetBytes(Math.max(0, sysfs.diskNumber("alignment_offset", 0)));
    limits.maxDiscardSectors(Sectors.fromBytes(sysfs.diskNumber("queue/discard_max_bytes", 0)));
    if (limits.canDiscard()) {
      limits.discardGranularityBytes(
          sysfs.diskNumber("queue/discard_granularity", logicalBlockSize));
      limits.discardAlignmentBytes(sysfs.diskNumber("discard_alignment", 0));
    }
    limits.maxWriteZeroesSectors(
        Sectors.fromBytes(sysfs.diskNumber("queue/write_zeroes_max_bytes", 0)));
    return limits;
  }

  /** Where the device begins on its disk. */
  Sectors start() {
    return new Sectors(sysfs.deviceNumber("start", 0));
  }
}
