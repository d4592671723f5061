package org.jdmsetup.engine.expose.openers;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.engine.expose.freeze.Mounts;
import org.jdmsetup.engine.expose.openers.OpenFileComparison.Descriptor;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.ioctl.node.LoopBacking;
import org.jdmsetup.ioctl.system.Mount;
import org.jdmsetup.ioctl.system.Proc;
import org.jdmsetup.ioctl.system.StackedDevices;
import org.jdmsetup.ioctl.system.SwapAreas;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * One scan of /proc for who uses the loop devices, as far as can be seen from outside: mounts,
 * devices stacked on them, swap, and the {@linkplain OpenFiles open files} of other processes.
 *
 * <p>What cannot be seen is a file that no process has a descriptor of: one on its way through a
 * Unix socket, one of which only a memory mapping is left, one that the kernel itself keeps.
 */
final class OpenCountScan {

  /** When it began and when it ended, by {@link System#nanoTime}. */
  final long start = System.nanoTime();

  final long end;

  private final Collection<Path> nodeDirectories;
  private final OpenFileComparison same;
  private final Map<Integer, OpenFiles> files = new HashMap<>();
  private final Set<Integer> swaps = new HashSet<>();

  /** A file system has its device open once, wherever and however often it is mounted. */
  private final Set<Integer> mounted = new HashSet<>();

  /**
   * @param nodeDirectories below which there may be nodes of loop devices
   */
  OpenCountScan(Collection<Path> nodeDirectories, OpenFileComparison same) {
    this.same = same;
    this.nodeDirectories = nodeDirectories;
    mounts();
    swaps();
    processes();
    end = System.nanoTime();
  }

  /**
   * @param sysfs the device's directory in sysfs
   */
  int count(int minor, Path sysfs) {
    OpenFiles open = files.get(minor);
    return (open == null ? 0 : open.count())
        + (swaps.contains(minor) ? 1 : 0)
        + (mounted.contains(minor) ? 1 : 0)
        + StackedDevices.above(sysfs).size();
  }

  private void mounts() {
    for (Path process : Mounts.namespaces()) {
      mounts(Mount.seenBy(process), Mounts.root(process));
    }
  }

  private void mounts(List<Mount> mounts, String root) {
    for (Mount mount : mounts) {
      DeviceNumber device = Mounts.device(mount, root);
      if (device != null && device.major() == LoopBacking.MAJOR) {
        mounted.add(device.minor());
      }
    }
  }

  private void swaps() {
    for (String area : SwapAreas.paths()) {
      int minor = minor(area);
      if (minor >= 0) {
        swaps.add(minor);
      }
    }
  }

  private void processes() {
    long self = ProcessHandle.current().pid();
    for (Path process : Proc.processes()) {
      int id = Integer.parseInt(process.getFileName().toString());
      if (id != self) {
        descriptors(id, process.resolve("fd"));
      }
    }
  }

  private void descriptors(int process, Path directory) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(directory)) {
      for (Path descriptor : descriptors) {
        // the link is looked at first: to follow one to a dead network file system could hang
        int minor = leadsToNode(descriptor) ? minor(descriptor.toString()) : -1;
        if (minor >= 0) {
          int number = Integer.parseInt(descriptor.getFileName().toString());
          files
              .computeIfAbsent(minor, any -> new OpenFiles(same))
              .add(new Descriptor(process, number));
        }
      }
    } catch (IOException e) {
      // the process has gone, or is not ours to see
    }
  }

  private boolean leadsToNode(Path descriptor) {
    try {
      Path target = Files.readSymbolicLink(descriptor);
      for (Path directory : nodeDirectories) {
        if (target.startsWith(directory)) {
          return true;
        }
      }
    } catch (IOException e) {
      // closed meanwhile
    }
    return false;
  }

  /** The minor number of the loop device that a path leads to, or -1. */
  private static int minor(String path) {
    FileFacts facts = FileFacts.of(path);
    boolean loop = facts != null && facts.isBlockDevice() && facts.major() == LoopBacking.MAJOR;
    return loop ? facts.minor() : -1;
  }
}
