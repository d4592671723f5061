package org.jdmsetup.engine.backing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The UUID of a partition as {@code PARTUUID=} on a kernel's command line has it, read from the
 * disk's table of partitions: a GPT (UEFI specification, chapter 5), or a DOS table with the number
 * that it gives to its disk.
 */
final class PartitionUuid {
  private static final long GPT_SIGNATURE = 0x5452415020494645L; // "EFI PART"
  private static final int DOS_DISK_ID = 440;
  private static final int DOS_SIGNATURE = 510;

  private PartitionUuid() {}

  /**
   * The UUID, or nothing when there is none or it cannot be read.
   *
   * @param partition its directory in sysfs, and {@code disk} its disk's
   */
  static String of(Path partition, Path disk) {
    try {
      int index = Integer.parseInt(Files.readString(partition.resolve("partition")).strip());
      int block =
          Integer.parseInt(Files.readString(disk.resolve("queue/logical_block_size")).strip());
      String number = Files.readString(disk.resolve("dev")).strip();
      try (PinnedFile node = DiskNode.find(DeviceNumber.parse(number))) {
        int descriptor = node.open(Linux.O_RDONLY | Linux.O_NONBLOCK);
        if (descriptor < 0) {
          return "";
        }
        try {
          return read(descriptor, index, block);
        } finally {
          NativeIo.C.close(descriptor);
        }
      }
    } catch (IOException | DeviceOpenException | IllegalArgumentException unknown) {
      return "";
    }
  }

  /**
   * The UUID of a partition of an open disk.
   *
   * @param index from 1
   * @param block the disk's logical block size in bytes
   */
  static String read(int descriptor, int index, int block) {
    ByteBuffer header = sector(descriptor, block);
    if (header != null && header.getLong(0) == GPT_SIGNATURE) {
      long entries = header.getLong(72) * block;
      long at = entries + (long) (index - 1) * header.getInt(84);
      ByteBuffer entry = index > header.getInt(80) ? null : sector(descriptor, at);
      return entry == null ? "" : guid(entry);
    }
    ByteBuffer first = sector(descriptor, 0);
    if (first == null || first.getShort(DOS_SIGNATURE) != (short) 0xaa55) {
      return "";
    }
    int id = first.getInt(DOS_DISK_ID);
    return id == 0 ? "" : String.format("%08x-%02x", id, index);
  }

  private static ByteBuffer sector(int descriptor, long offset) {
    AlignedBuffer buffer = new AlignedBuffer(Sectors.SIZE);
    boolean whole =
        NativeIo.C.pread(descriptor, buffer.address(), Sectors.SIZE, offset) == Sectors.SIZE;
    return whole ? buffer.bytes().order(ByteOrder.LITTLE_ENDIAN) : null;
  }

  /** The GUID of its own in an entry: its first three numbers are little-endian. */
  private static String guid(ByteBuffer entry) {
    long first =
        (long) entry.getInt(16) << 32
            | (entry.getShort(20) & 0xffffL) << 16
            | entry.getShort(22) & 0xffffL;
    return new UUID(first, Long.reverseBytes(entry.getLong(24))).toString();
  }
}
