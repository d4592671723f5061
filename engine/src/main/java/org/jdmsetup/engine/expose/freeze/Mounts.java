package org.jdmsetup.engine.expose.freeze;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.system.Mount;
import org.jdmsetup.ioctl.system.Proc;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Where a block device is mounted: in the mount namespace of this process, and in those of all
 * others as far as {@code /proc} leads there (proc_pid_mountinfo(5)).
 */
public final class Mounts {
  private static final Path SELF = Path.of("/proc/self");

  /**
   * A mount, and how to get there from this process's namespace.
   *
   * @param id the kernel's
   * @param fileSystem device number of its files as far as mountinfo tells, both parts in one
   * @param path how to get there from here, in byte text; something else may be mounted over it
   */
  record Reachable(long id, long fileSystem, String path) {

    /** The mount's root; null when it is not there, or another mount hides it. */
    PinnedFile find() {
      PinnedFile root = PinnedFile.at(ByteText.bytes(path + '\0'));
      if (root == null) {
        return null;
      }
      FileFacts facts = root.facts();
      if (facts.mountId() >= 0 ? facts.mountId() == id : facts.fileSystem() == fileSystem) {
        return root;
      }
      root.close();
      return null;
    }
  }

  private Mounts() {}

  /** All mounts of a device, those in this process's namespace first. */
  public static List<Reachable> of(DeviceNumber device) {
    List<Reachable> mounts = new ArrayList<>();
    for (Path process : namespaces()) {
      add(process, device, mounts);
    }
    return mounts;
  }

  /** A process of each mount namespace, as its directory in {@code /proc}: this one first. */
  public static List<Path> namespaces() {
    List<Path> processes = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    processes.add(SELF);
    seen.add(namespace(SELF));
    for (Path process : Proc.processes()) {
      Path namespace = namespace(process);
      if (namespace != null && seen.add(namespace)) {
        processes.add(process);
      }
    }
    return processes;
  }

  /** What a path of another namespace begins with here. */
  public static String root(Path process) {
    return process.equals(SELF) ? "" : process + "/root";
  }

  /**
   * The device that a mount is of; null when it is of none, or that cannot be told. btrfs and
   * others show a device number of their own in mountinfo; for them the mount's source names the
   * device.
   *
   * @param root of the mount's namespace, see {@link #root}
   */
  public static DeviceNumber device(Mount mount, String root) {
    if (mount.major() != 0) {
      return new DeviceNumber(mount.major(), mount.minor());
    }
    String source = root + mount.source();
    FileFacts facts = source.contains("/dev/") ? FileFacts.of(ByteText.unicode(source)) : null;
    return facts != null && facts.isBlockDevice()
        ? new DeviceNumber(facts.major(), facts.minor())
        : null;
  }

  private static Path namespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/mnt"));
    } catch (IOException e) {
      return null; // the process has gone, or is not ours to see
    }
  }

  private static void add(Path process, DeviceNumber device, List<Reachable> mounts) {
    String root = root(process);
    for (Mount mount : Mount.seenBy(process)) {
      if (device.equals(device(mount, root))) {
        mounts.add(
            new Reachable(
                mount.id(), (long) mount.major() << 32 | mount.minor(), root + mount.point()));
      }
    }
  }
}
