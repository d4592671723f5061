package org.jdmsetup.engine.backing;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What a disk, a partition or a loop device is known by, without asking udev, which may not be
 * there: what sysfs shows, and what only an open descriptor tells. A partition has its disk's facts
 * and its own.
 */
final class DiskIdentity {
  // include/uapi/linux/loop.h
  private static final int LOOP_INFO_BYTES = 232;

  private final SysfsDisk sysfs;
  private final Map<Fact, String> facts = new EnumMap<>(Fact.class);

  private DiskIdentity(SysfsDisk sysfs) {
    this.sysfs = sysfs;
    facts.put(Fact.BOOT, Boot.ID);
    facts.put(Fact.SEQUENCE, sysfs.diskText("diskseq"));
    facts.put(Fact.WWID, sysfs.diskText("wwid", "device/wwid"));
    facts.put(Fact.SERIAL, sysfs.diskText("serial", "device/serial", "device/cid"));
    facts.put(Fact.DM_UUID, sysfs.diskText("dm/uuid"));
    facts.put(Fact.DM_NAME, sysfs.diskText("dm/name"));
    facts.put(Fact.PARTITION, sysfs.isPartition() ? sysfs.deviceText("partition") : "0");
    facts.put(Fact.OFFSET, sysfs.diskText("loop/offset"));
    facts.put(Fact.BACKING_FILE, sysfs.diskText("loop/backing_file"));
    facts.put(
        Fact.MODEL,
        (sysfs.diskText("device/vendor") + ' ' + sysfs.diskText("device/model")).strip());
    facts.put(Fact.SIZE, sysfs.deviceText("size"));
  }

  /** What the disk with a number shows without being opened; empty when there is none. */
  static Identity fromSysfs(DeviceNumber number) {
    SysfsDisk sysfs = new SysfsDisk(number);
    return sysfs.exists() ? new Identity(new DiskIdentity(sysfs).facts) : Identity.NONE;
  }

  /**
   * All facts of a disk. The open descriptor keeps its number from being given to another disk.
   *
   * @param path how it was found, in byte text
   */
  static Identity of(DeviceNumber number, int descriptor, String path) {
    SysfsDisk sysfs = new SysfsDisk(number);
    if (!sysfs.exists()) {
      return new Identity(Map.of(Fact.PATH, path)); // sysfs is not mounted
    }
    DiskIdentity identity = new DiskIdentity(sysfs);
    identity.addFromDescriptor(descriptor);
    identity.facts.put(Fact.PATH, path);
    return new Identity(identity.facts);
  }

  private void addFromDescriptor(int descriptor) {
    if (sysfs.isPartition()) {
      facts.put(Fact.PARTITION_UUID, PartitionUuid.of(sysfs.device(), sysfs.disk()));
    } else if (facts.get(Fact.OFFSET).length() > 0) {
      addLoop(descriptor);
    }
  }

  /**
   * Adds the inode of the file below a loop device; its other facts, too, if the path that the
   * kernel shows leads to that file in this process's mount namespace.
   */
  private void addLoop(int descriptor) {
    AlignedBuffer status = new AlignedBuffer(LOOP_INFO_BYTES);
    if (status.ioctl(descriptor, Linux.LOOP_GET_STATUS64) != 0) {
      return;
    }
    ByteBuffer info = status.bytes();
    DeviceNumber holder = DeviceNumber.ofEncoded(info.getLong(0));
    long fileSystem = (long) holder.major() << 32 | holder.minor();
    long inode = info.getLong(8);
    facts.put(Fact.INODE, Long.toUnsignedString(inode));
    try (PinnedFile file = PinnedFile.at(ByteText.bytes(facts.get(Fact.BACKING_FILE) + '\0'))) {
      if (file == null
          || file.facts().inode() != inode
          || file.facts().fileSystem() != fileSystem) {
        return;
      }
      int open = file.open(Linux.O_RDONLY | Linux.O_NONBLOCK);
      if (open >= 0) {
        // add() puts it back, except on file systems whose inode numbers are not stable
        facts.remove(Fact.INODE);
        FileIdentity.add(open, facts);
        NativeIo.C.close(open);
      }
    }
  }
}
