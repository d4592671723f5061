package org.jdmsetup.ioctl.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.NodeOwner;
import org.jdmsetup.ioctl.ReadAhead;
import org.jdmsetup.ioctl.system.FileStat;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The nodes of mapped devices in the node directory. Changes are queued while requests run and
 * carried out by {@link #update}, so that a later one can take an earlier one back. A node that is
 * right already, as udev has made it, is left alone. A failure is reported and does not make the
 * command fail.
 */
public final class DeviceNodes {
  private sealed interface Change {
    String name();
  }

  private record Add(String name, DeviceNumber number, NodeOwner owner, boolean expectedOfUdev)
      implements Change {}

  private record Remove(String name, boolean expectedOfUdev) implements Change {}

  private record Rename(String name, String newName, boolean expectedOfUdev) implements Change {}

  private record SetReadAhead(String name, DeviceNumber number, ReadAhead value)
      implements Change {}

  private final String directory;
  private final Consumer<String> messages;
  private final ReadAheadFiles readAhead;
  private final List<Change> pending = new ArrayList<>();

  /**
   * @param directory null where devices have no nodes: nothing is done then
   */
  public DeviceNodes(String directory, Consumer<String> messages) {
    this.directory = directory;
    this.messages = messages;
    this.readAhead = new ReadAheadFiles(directory, messages);
  }

  /**
   * @param expectedOfUdev whether udev should have done it by the time of the update: if it has not
   *     then, a message says so
   */
  public void add(String name, DeviceNumber number, NodeOwner owner, boolean expectedOfUdev) {
    pending.removeIf(
        change ->
            change.name().equals(name) && (change instanceof Add || change instanceof Remove));
    pending.add(new Add(name, number, owner, expectedOfUdev));
  }

  /**
   * @param expectedOfUdev as in {@link #add}
   */
  public void remove(String name, boolean expectedOfUdev) {
    pending.removeIf(change -> change.name().equals(name));
    pending.add(new Remove(name, expectedOfUdev));
  }

  /**
   * Removes a node unless a device is behind it: nodes of other engines are in the directory too.
   */
  public void removeStale(String name) {
    if (!isInUse(name)) {
      remove(name, false);
    }
  }

  private boolean isInUse(String name) {
    FileStat stat = FileStat.of(path(name));
    return stat.isBlockDevice() && LoopBacking.isAlive(DeviceNumber.ofEncoded(stat.rdev()));
  }

  /**
   * @param expectedOfUdev as in {@link #add}
   */
  public void rename(String name, String newName, boolean expectedOfUdev) {
    pending.removeIf(change -> change.name().equals(newName));
    pending.add(new Rename(name, newName, expectedOfUdev));
  }

  public void readAhead(String name, DeviceNumber number, ReadAhead value) {
    if (!value.isAuto()) {
      pending.add(new SetReadAhead(name, number, value));
    }
  }

  /** Whether nothing is queued. */
  public boolean areUpToDate() {
    return pending.isEmpty();
  }

  /** Carries the queued changes out. */
  public void update() {
    List<Change> changes = List.copyOf(pending);
    pending.clear();
    if (directory == null) {
      return;
    }
    for (Change change : changes) {
      if (change instanceof Add add) {
        make(add);
      } else if (change instanceof Remove remove) {
        unlink(remove);
      } else if (change instanceof Rename rename) {
        move(rename);
      } else if (change instanceof SetReadAhead set) {
        readAhead.set(set.name(), set.number(), set.value());
      }
    }
  }

  private String path(String name) {
    return directory + "/" + name;
  }

  private void make(Add add) {
    LibC libc = LibC.get();
    String path = path(add.name());
    byte[] node = LibC.path(path);
    FileStat stat = FileStat.of(path);
    if (stat.exists()) {
      if (!stat.isBlockDevice()) {
        messages.accept("A non-block device file at '" + path + "' is already present");
        return;
      }
      if (stat.rdev() == add.number().encoded()) {
        return;
      }
    } else if (add.expectedOfUdev()) {
      messages.accept(path + " not set up by udev: Falling back to direct node creation.");
    }
    // What is there is of no use: a node of another number, or a symbolic link that leads nowhere.
    if (FileStat.ofLink(path).exists() && libc.unlink(node) < 0) {
      messages.accept("Unable to unlink device node for '" + add.name() + "'");
      return;
    }
    int errno = mknod(libc, node, add);
    if (errno == Errno.ENOENT.number()) {
      makeDirectory(libc);
      errno = mknod(libc, node, add);
    }
    if (errno == Errno.EEXIST.number()) {
      return;
    }
    if (errno == Errno.EPERM.number() && linkToKernelNode(libc, node, add.number())) {
      return;
    }
    if (errno != 0) {
      messages.accept(path + ": mknod for " + add.name() + " failed: " + Errno.text(errno));
      return;
    }
    // not chown: somebody may have put a symbolic link in the place of the node that was just made
    if (libc.lchown(node, add.owner().uid(), add.owner().gid()) < 0) {
      messages.accept(path + ": chown failed: " + Errno.text(LibC.errno()));
    }
  }

  private static int mknod(LibC libc, byte[] node, Add add) {
    int mask = libc.umask(0);
    int made = libc.mknod(node, Linux.S_IFBLK | add.owner().mode(), add.number().encoded());
    int errno = made < 0 ? LibC.errno() : 0;
    libc.umask(mask);
    return errno;
  }

  private void makeDirectory(LibC libc) {
    int mask = libc.umask(022);
    try {
      Files.createDirectories(Path.of(ByteText.unicode(directory)));
    } catch (IOException e) {
      // mknod reports the directory that is still not there
    }
    libc.umask(mask);
  }

  /**
   * Links to the node that the kernel's devtmpfs has for the device: where a container may not make
   * nodes, that one can be there all the same.
   */
  private static boolean linkToKernelNode(LibC libc, byte[] node, DeviceNumber number) {
    Path sysfs = Path.of("/sys/dev/block/" + number);
    try {
      String path = "/dev/" + Files.readSymbolicLink(sysfs).getFileName();
      FileStat stat = FileStat.of(path);
      return stat.isBlockDevice()
          && stat.rdev() == number.encoded()
          && libc.symlink(LibC.path(path), node) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void unlink(Remove remove) {
    String path = path(remove.name());
    if (!FileStat.ofLink(path).exists()) {
      return;
    }
    if (remove.expectedOfUdev()) {
      messages.accept(
          "Node " + path + " was not removed by udev. Falling back to direct node removal.");
    }
    if (LibC.get().unlink(LibC.path(path)) < 0 && LibC.errno() != Errno.ENOENT.number()) {
      messages.accept("Unable to unlink device node for '" + remove.name() + "'");
    }
  }

  /** Udev has made the new node. It leaves an old one alone that it did not make. */
  private void removeOldNode(Rename rename) {
    if (FileStat.ofLink(path(rename.name())).exists()) {
      messages.accept(
          "The node "
              + path(rename.name())
              + " should have been renamed to "
              + path(rename.newName())
              + " by udev but old node is still present. Falling back to direct old node removal.");
      unlink(new Remove(rename.name(), false));
    }
  }

  private void move(Rename rename) {
    String from = path(rename.name());
    String to = path(rename.newName());
    FileStat present = FileStat.of(to);
    if (present.exists() && !present.isBlockDevice()) {
      messages.accept("A non-block device file at '" + to + "' is already present");
      return;
    }
    if (rename.expectedOfUdev() && present.exists()) {
      removeOldNode(rename);
      return;
    }
    if (rename.expectedOfUdev()) {
      messages.accept(
          "The node "
              + from
              + " should have been renamed to "
              + to
              + " by udev but new node is not present. Falling back to direct node rename.");
    }
    if (LibC.get().rename(LibC.path(from), LibC.path(to)) < 0
        && LibC.errno() != Errno.ENOENT.number()) {
      messages.accept(
          "Unable to replace device node for '"
              + rename.name()
              + "' with '"
              + rename.newName()
              + "'");
    }
  }
}
