package org.jdmsetup.engine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdmsetup.engine.control.journal.DeviceNode;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.NodeOwner;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of devices that the next daemon restores. They are removed when a daemon ends, because
 * other programs can get their numbers meanwhile, and made again with the same owner and mode.
 *
 * <p>What they were is in a file, {@code MODE UID GID PATH} and a NUL for each, the mode octal, all
 * in byte text. It is written before the first node goes, and goes itself when all nodes are there
 * again, so that a crash in between loses none.
 */
final class SavedNodes {
  private static final Logger LOG = LoggerFactory.getLogger(SavedNodes.class);

  private final Path file;
  private final Map<Path, NodeOwner> kept = new TreeMap<>();

  /**
   * @param file where they are kept
   */
  SavedNodes(Path file) throws IOException {
    this.file = file;
    try {
      for (String entry : ByteText.of(Files.readAllBytes(file)).split("\0")) {
        read(entry);
      }
    } catch (NoSuchFileException e) {
      // none are
    }
  }

  private void read(String entry) {
    String[] words = entry.split(" ", 4);
    try {
      NodeOwner owner =
          new NodeOwner(
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              Integer.parseInt(words[0], 8));
      kept.put(Path.of(ByteText.unicode(words[3])), owner);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      LOG.warn("{} holds '{}', which is no node", file, entry);
    }
  }

  /** Removes the nodes of devices, all that lead to their numbers, and notes what they were. */
  void remove(List<DeviceNode> devices) throws IOException {
    List<Path> found = new ArrayList<>();
    for (DeviceNode device : devices) {
      for (Path node : named(device)) {
        NodeOwner owner = owner(node, device);
        if (owner != null) {
          kept.put(node, owner);
          found.add(node);
        }
      }
    }
    if (!found.isEmpty()) {
      write();
    }
    for (Path node : found) {
      Files.deleteIfExists(node);
    }
  }

  /** What is in the node directory under the name of a device, in whichever way it is written. */
  private static List<Path> named(DeviceNode device) {
    Path directory = Path.of(ByteText.unicode(device.directory()));
    List<Path> nodes = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(directory, node -> isNamed(node, device))) {
      all.forEach(nodes::add);
    } catch (IOException e) {
      LOG.info("nodes in {} cannot be looked at: {}", directory, e.toString());
    }
    return nodes;
  }

  private static boolean isNamed(Path node, DeviceNode device) {
    return NodeNumbers.isNamed(node, device.name());
  }

  private static NodeOwner owner(Path node, DeviceNode device) throws IOException {
    try (PinnedFile found = PinnedFile.atNoFollow(node.toString())) {
      if (found == null || !found.facts().isBlockDevice(device.number())) {
        return null;
      }
      Map<String, Object> is = Files.readAttributes(Path.of(found.path()), "unix:uid,gid");
      return new NodeOwner(
          (Integer) is.get("uid"), (Integer) is.get("gid"), found.facts().mode() & 07777);
    }
  }

  private void write() throws IOException {
    StringBuilder text = new StringBuilder();
    kept.forEach(
        (node, owner) ->
            text.append(Integer.toOctalString(owner.mode()))
                .append(' ')
                .append(owner.uid())
                .append(' ')
                .append(owner.gid())
                .append(' ')
                .append(ByteText.ofUnicode(node.toString()))
                .append('\0'));
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.write(written, ByteText.bytes(text.toString()));
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes nodes again; a device whose node went with /dev gets a new one. */
  void restore(List<DeviceNode> devices) throws IOException {
    for (DeviceNode device : devices) {
      Path directory = Path.of(ByteText.unicode(device.directory()));
      Map<Path, NodeOwner> nodes = new TreeMap<>(kept);
      nodes
          .keySet()
          .removeIf(node -> !directory.equals(node.getParent()) || !isNamed(node, device));
      if (nodes.isEmpty() && device.hasTable()) {
        nodes.put(directory.resolve(ByteText.unicode(device.name())), NodeOwner.DEFAULT);
      }
      nodes.forEach((node, owner) -> make(node, owner, device));
    }
    kept.clear();
    Files.deleteIfExists(file);
  }

  private static void make(Path node, NodeOwner owner, DeviceNode device) {
    try {
      Path directory = node.getParent();
      if (!Files.isDirectory(directory) && Files.isDirectory(directory.getParent())) {
        Files.createDirectory(directory);
        Files.setAttribute(directory, "unix:mode", 0755);
      }
      if (Files.exists(node, LinkOption.NOFOLLOW_LINKS)) {
        return; // somebody has put something else there
      }
      // for nobody until it is its owner's
      if (NativeIo.C.mknod(node.toString(), Linux.S_IFBLK, device.number().encoded()) != 0) {
        LOG.warn("{} cannot be made: {}", node, Errno.text(NativeIo.errno()));
        return;
      }
      try (PinnedFile made = PinnedFile.atNoFollow(node.toString())) {
        FileFacts facts = made == null ? null : made.facts();
        if (facts == null || !facts.isBlockDevice(device.number())) {
          LOG.warn("{} was replaced by somebody else", node);
          return;
        }
        Path path = Path.of(made.path());
        Files.setAttribute(path, "unix:uid", owner.uid());
        Files.setAttribute(path, "unix:gid", owner.gid());
        Files.setAttribute(path, "unix:mode", owner.mode());
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be made: {}", node, e.toString());
    }
  }
}
