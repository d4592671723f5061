package org.jdmsetup.ioctl.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.system.FileStat;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Mount;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Nodes that have outlived their device, because a daemon was killed or the machine went down. Such
 * a node may lead to a loop device that another program uses by now, and whoever uses the node
 * would read and write that program's file. So they are taken away, and the user is told. This
 * needs no daemon.
 *
 * <p>Only nodes of loop devices in the node directory are looked at, because only engines make such
 * nodes there: no symbolic links and no nodes of other devices. One that leads to a device of any
 * engine stays; if that is the session's own engine, the device must have the node's name, too.
 */
public final class StrayNodes {
  /** A daemon takes less to bind a loop device again that another program has detached. */
  private static final int SECOND_LOOK_MILLIS = 200;

  private static final String FUSE_DIRECTORY = "/fuse";

  private record Node(String name, DeviceNumber number) {}

  private final String directory;
  private final Names names;
  private final Consumer<String> messages;
  private Map<DeviceNumber, String> own;
  private Set<String> mountPoints;

  /** The devices of the session's own engine. */
  public interface Names {
    List<ListedDevice> get() throws DmException;
  }

  /**
   * @param directory of the nodes, in byte text
   */
  public StrayNodes(String directory, Names names, Consumer<String> messages) {
    this.directory = directory;
    this.names = names;
    this.messages = messages;
  }

  public void remove() {
    if (!LoopBacking.isKnown()) {
      return; // every node would seem to lead to nothing
    }
    List<Node> strays = nodes();
    strays.removeIf(node -> whyStray(node) == null);
    if (strays.stream().anyMatch(node -> LoopBacking.of(node.number()) == null)) {
      pause();
    }
    for (Node node : strays) {
      String reason = whyStray(node);
      if (reason != null) {
        remove(node, reason);
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(SECOND_LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Node> nodes() {
    List<Node> nodes = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(Path.of(ByteText.unicode(directory)))) {
      for (Path each : all) {
        Node node = node(ByteText.ofUnicode(each.getFileName().toString()));
        if (node != null) {
          nodes.add(node);
        }
      }
    } catch (IOException e) {
      // there is no such directory, and no node in it
    }
    return nodes;
  }

  private Node node(String name) {
    FileStat stat = FileStat.ofLink(path(name));
    DeviceNumber number = DeviceNumber.ofEncoded(stat.rdev());
    boolean loop = stat.isBlockDevice() && number.major() == LoopBacking.MAJOR;
    return loop ? new Node(name, number) : null;
  }

  /** Why a node leads astray, or null. */
  private String whyStray(Node node) {
    String backing = LoopBacking.of(node.number());
    if (backing == null) {
      return LoopBacking.isPartition(node.number()) ? null : "behind which is nothing";
    }
    if (!isEngines(backing)) {
      return "which is " + ByteText.unicode(backing) + " now";
    }
    if (backing.endsWith('/' + node.name())) {
      return null;
    }
    String device = own().get(node.number());
    return device == null || Mangling.decode(device).equals(Mangling.decode(node.name()))
        ? null
        : "which is device " + ByteText.unicode(device) + " now";
  }

  /**
   * Whether a file below a loop device is that of an engine's device. If it can be in a mount that
   * this process does not see, its path decides: hardly any other file has one like it.
   */
  private boolean isEngines(String backing) {
    String parent = backing.substring(0, Math.max(0, backing.lastIndexOf('/')));
    if (mountPoints().contains(parent)) {
      return true;
    }
    // of a file whose mount was detached, only the path within the mount is left
    boolean looksLikeIt = parent.isEmpty() || parent.endsWith(FUSE_DIRECTORY);
    return looksLikeIt && !FileStat.of(backing).exists();
  }

  /** Where engines have mounted their files, as far as this process sees. */
  private Set<String> mountPoints() {
    if (mountPoints == null) {
      mountPoints = new HashSet<>();
      for (Mount mount : Mount.all()) {
        if (mount.type().equals(Mount.ENGINE_TYPE)) {
          mountPoints.add(mount.point());
        }
      }
    }
    return mountPoints;
  }

  /** Asked for only where a node and the file of its device have different names. */
  private Map<DeviceNumber, String> own() {
    if (own == null) {
      own = new HashMap<>();
      try {
        names.get().forEach(device -> own.put(device.number(), device.name()));
      } catch (DmException e) {
        // then nothing is known of them
      }
    }
    return own;
  }

  private void remove(Node node, String reason) {
    String path = path(node.name());
    if (!node.equals(node(node.name()))) {
      return; // somebody has just replaced it
    }
    int errno = LibC.get().unlink(LibC.path(path)) < 0 ? LibC.errno() : 0;
    if (errno == Errno.ENOENT.number()) {
      return;
    }
    String end =
        errno == 0
            ? "; the node is removed"
            : "; the node must not be used and cannot be removed: " + Errno.text(errno);
    messages.accept(
        path
            + " was the node of a device that is no more, and leads to "
            + node.number()
            + ", "
            + ByteText.ofUnicode(reason)
            + end);
  }

  private String path(String name) {
    return directory + '/' + name;
  }
}
