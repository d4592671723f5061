package org.jdmsetup.ioctl.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.testing.Needs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes without a device; those that lead to another program's are shown by the engine's tests. */
class StrayNodesTest {
  private static final DeviceNumber NOBODYS = new DeviceNumber(7, 1_000_000);

  @TempDir Path directory;
  private final List<String> messages = new ArrayList<>();

  @BeforeEach
  void aNodeCanBeMade() {
    Needs.that(LibC.get().geteuid() == 0, "root, who makes device nodes");
    Needs.that(node("vol", NOBODYS), "leave to make device nodes");
  }

  private boolean node(String name, DeviceNumber number) {
    byte[] path = LibC.path(directory + "/" + name);
    return LibC.get().mknod(path, Linux.S_IFBLK | 0600, number.encoded()) == 0;
  }

  private boolean exists(String name) {
    return Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  private void remove() {
    new StrayNodes(directory.toString(), List::of, messages::add).remove();
  }

  @Test
  void aNodeWithNothingBehindItIsRemovedAndToldOf() {
    remove();
    assertEquals(
        List.of(
            directory
                + "/vol was the node of a device that is no more, and leads to 7:1000000,"
                + " behind which is nothing; the node is removed"),
        messages);
    assertTrue(!exists("vol"));
    remove();
    assertEquals(1, messages.size(), "once");
  }

  @Test
  void whatIsNoLoopDevicesNodeIsLeftAlone() throws Exception {
    remove();
    messages.clear();
    assertTrue(node("disk", new DeviceNumber(8, 1_000_000)));
    Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/loop1000000"));
    Files.writeString(directory.resolve("file"), "");
    remove();
    assertTrue(exists("disk") && exists("link") && exists("file"));
    assertEquals(List.of(), messages);
  }

  @Test
  void aDirectoryThatIsNotThereHoldsNone() {
    new StrayNodes(directory + "/absent", List::of, messages::add).remove();
    assertEquals(List.of(), messages);
  }
}
