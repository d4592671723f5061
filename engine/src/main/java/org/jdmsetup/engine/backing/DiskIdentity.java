package org.jdmsetup.engine.backing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private final Path device;
  private final Path disk;
  private final Map<Fact, String> facts = new EnumMap<>(Fact.class);

  private DiskIdentity(DeviceNumber number) throws IOException {
    device = Path.of("/sys/dev/block", number.toString()).toRealPath();
    disk = Files.exists(device.resolve("partition")) ? device.getParent() : device;
    facts.put(Fact.BOOT, Boot.ID);
    facts.put(Fact.SEQUENCE, text(disk, "diskseq"));
    facts.put(Fact.WWID, text(disk, "wwid", "device/wwid"));
    facts.put(Fact.SERIAL, text(disk, "serial", "device/serial", "device/cid"));
    facts.put(Fact.DM_UUID, text(disk, "dm/uuid"));
    facts.put(Fact.DM_NAME, text(disk, "dm/name"));
    facts.put(Fact.PARTITION, disk.equals(device) ? "0" : text(device, "partition"));
    facts.put(Fact.OFFSET, text(disk, "loop/offset"));
    facts.put(Fact.BACKING_FILE, text(disk, "loop/backing_file"));
    facts.put(Fact.MODEL, (text(disk, "device/vendor") + ' ' + text(disk, "device/model")).strip());
    facts.put(Fact.SIZE, text(device, "size"));
  }

  /** What the disk with a number shows without being opened; empty when there is none. */
  static Identity fromSysfs(DeviceNumber number) {
    try {
      return new Identity(new DiskIdentity(number).facts);
    } catch (IOException none) {
      return Identity.NONE;
    }
  }

  /**
   * All facts of a disk. The open descriptor keeps its number from being given to another disk.
   *
   * @param path how it was found, in byte text
   */
  static Identity of(DeviceNumber number, int descriptor, String path) {
    try {
      DiskIdentity identity = new DiskIdentity(number);
      identity.addFromDescriptor(descriptor);
      identity.facts.put(Fact.PATH, path);
      return new Identity(identity.facts);
    } catch (IOException hidden) {
      return new Identity(Map.of(Fact.PATH, path)); // sysfs is not mounted
    }
  }

  private void addFromDescriptor(int descriptor) {
    if (!disk.equals(device)) {
      facts.put(Fact.PARTITION_UUID, PartitionUuid.of(device, disk));
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

  /** What the first of some files holds that holds anything, in byte text; else nothing. */
  private static String text(Path directory, String... files) {
    for (String file : files) {
      try {
        String text =
            Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1).strip();
        if (!text.isEmpty()) {
          return text.replace('\n', ' ');
        }
      } catch (IOException none) {
        // this kind of disk has no such file
      }
    }
    return "";
  }
}
