package org.jdmsetup.engine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jdmsetup.engine.control.Restored;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.Errno;
import org.jdmsetup.ioctl.Mangling;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.DeviceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives device nodes another number when their device came back with another one. Only nodes with
 * the old number are touched; clients make and remove all others.
 */
final class NodeNumbers {
  private static final Logger LOG = LoggerFactory.getLogger(NodeNumbers.class);

  private NodeNumbers() {}

  /** Replaces the node of a device, keeping mode and owner. */
  static void replace(Restored.Renumbered device) {
    Path directory = Path.of(ByteText.unicode(device.nodeDirectory()));
    try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory)) {
      for (Path node : nodes) {
        String name = Mangling.decoded(ByteText.ofUnicode(node.getFileName().toString()));
        if (name.equals(device.name())) {
          replace(node, device.before(), device.now());
        }
      }
    } catch (IOException e) {
      LOG.warn("nodes in {} cannot be looked at: {}", directory, e.toString());
    }
  }

  private static void replace(Path node, DeviceNumber before, DeviceNumber now) throws IOException {
    FileFacts facts = FileFacts.of(node.toString());
    if (facts == null
        || !facts.isBlockDevice()
        || facts.major() != before.major()
        || facts.minor() != before.minor()) {
      return;
    }
    Object uid = Files.getAttribute(node, "unix:uid");
    Object gid = Files.getAttribute(node, "unix:gid");
    Path made = node.resolveSibling("." + node.getFileName() + ".new");
    Files.deleteIfExists(made);
    if (NativeIo.C.mknod(made.toString(), facts.mode(), now.encoded()) != 0) {
      LOG.warn("{} keeps its old number: {}", node, Errno.text(NativeIo.errno()));
      return;
    }
    Files.setAttribute(made, "unix:uid", uid);
    Files.setAttribute(made, "unix:gid", gid);
    Files.setAttribute(made, "unix:mode", facts.mode());
    Files.move(made, node, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    LOG.info("{} is now {} instead of {}", node, now, before);
  }
}
