package org.jdmsetup.engine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jdmsetup.engine.control.device.Renumbered;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives device nodes another number when their device gets another one. Only nodes with the old
 * number are touched. Otherwise clients make and remove nodes, and {@link SavedNodes} between two
 * daemons.
 */
final class NodeNumbers {
  private static final Logger LOG = LoggerFactory.getLogger(NodeNumbers.class);

  private NodeNumbers() {}

  /** Replaces the node of a device, keeping mode and owner. */
  static void replace(Renumbered device) {
    Path directory = Path.of(ByteText.unicode(device.nodeDirectory()));
    try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory)) {
      for (Path node : nodes) {
        if (isNamed(node, device.name())) {
          replace(node, device.before(), device.now());
        }
      }
    } catch (IOException e) {
      LOG.warn("nodes in {} cannot be looked at: {}", directory, e.toString());
    }
  }

  /** Whether a node is called as a device is, in whichever way either name is written. */
  static boolean isNamed(Path node, String device) {
    return Mangling.decode(ByteText.ofUnicode(node.getFileName().toString()))
        .equals(Mangling.decode(device));
  }

  private static void replace(Path node, DeviceNumber before, DeviceNumber now) throws IOException {
    Path made = node.resolveSibling("." + node.getFileName() + ".new");
    try (PinnedFile old = PinnedFile.atNoFollow(node.toString())) {
      if (old == null || !old.facts().isBlockDevice(before)) {
        return;
      }
      Files.deleteIfExists(made);
      if (NativeIo.C.mknod(made.toString(), old.facts().mode(), now.encoded()) != 0) {
        LOG.warn("{} keeps its old number: {}", node, Errno.text(NativeIo.errno()));
        return;
      }
      try (PinnedFile mine = PinnedFile.atNoFollow(made.toString())) {
        if (mine == null || !mine.facts().isBlockDevice(now)) {
          LOG.warn("{} keeps its old number: somebody else replaced {}", node, made);
          return;
        }
        Path of = Path.of(old.path());
        Path to = Path.of(mine.path());
        for (String attribute : List.of("unix:uid", "unix:gid", "unix:mode")) {
          Files.setAttribute(to, attribute, Files.getAttribute(of, attribute));
        }
      }
    }
    Files.move(made, node, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    LOG.info("{} is now {} instead of {}", node, now, before);
  }
}
