package org.jdmsetup.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.engine.control.journal.DeviceNode;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.OwnProcess;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes are away while no daemon runs, and afterwards as they were. */
final class SavedNodesTest {
  private static final DeviceNumber BEFORE = new DeviceNumber(7, 1_000_000);
  private static final DeviceNumber NOW = new DeviceNumber(7, 1_000_001);

  @TempDir Path directory;
  private Path mapper;
  private Path file;

  @BeforeEach
  void aNode() throws Exception {
    mapper = Files.createDirectory(directory.resolve("mapper"));
    file = directory.resolve("nodes");
    assumeTrue(OwnProcess.uid() == 0, "only root makes nodes");
    assumeTrue(make("a\\x20b", BEFORE), "nodes can be made here");
    Files.setAttribute(node("a\\x20b"), "unix:mode", 0640);
    Files.setAttribute(node("a\\x20b"), "unix:uid", 7);
  }

  private Path node(String name) {
    return mapper.resolve(name);
  }

  private boolean make(String name, DeviceNumber number) {
    return NativeIo.C.mknod(node(name).toString(), 0060600, number.encoded()) == 0;
  }

  private List<DeviceNode> device(DeviceNumber number) {
    return List.of(new DeviceNode(mapper.toString(), "a\\x20b", number, true));
  }

  private String shown(String name) throws Exception {
    FileFacts facts = FileFacts.of(node(name).toString());
    Object uid = Files.getAttribute(node(name), "unix:uid");
    return new DeviceNumber(facts.major(), facts.minor())
        + " "
        + Integer.toOctalString(facts.mode() & 07777)
        + " "
        + uid;
  }

  @Test
  void aNodeIsMadeAgainAsItWasWithTheNewNumber() throws Exception {
    new SavedNodes(file).remove(device(BEFORE));
    assertFalse(Files.exists(node("a\\x20b"), LinkOption.NOFOLLOW_LINKS));
    new SavedNodes(file).restore(device(NOW));
    assertEquals("7:1000001 640 7", shown("a\\x20b"));
    assertFalse(Files.exists(file), "nothing is left to be made");
  }

  @Test
  void aNodeMayBeCalledAsTheNameWasTyped() throws Exception {
    Files.move(node("a\\x20b"), node("a b"));
    new SavedNodes(file).remove(device(BEFORE));
    assertFalse(Files.exists(node("a b"), LinkOption.NOFOLLOW_LINKS));
    new SavedNodes(file).restore(device(NOW));
    assertEquals("7:1000001 640 7", shown("a b"));
  }

  @Test
  void aNodeOfAnotherNumberIsNotTheDevices() throws Exception {
    new SavedNodes(file).remove(device(NOW));
    assertEquals("7:1000000 640 7", shown("a\\x20b"));
    assertFalse(Files.exists(file));
  }

  @Test
  void whatIsThereByThenIsLeftAlone() throws Exception {
    new SavedNodes(file).remove(device(BEFORE));
    Files.writeString(node("a\\x20b"), "somebody's");
    new SavedNodes(file).restore(device(NOW));
    assertEquals("somebody's", Files.readString(node("a\\x20b")));
  }

  @Test
  void aNodeThatWentWithDevIsMadeAfresh() throws Exception {
    Files.delete(node("a\\x20b"));
    Files.delete(mapper);
    new SavedNodes(file).restore(device(NOW));
    assertEquals("7:1000001 660 0", shown("a\\x20b"));
    assertEquals(0755, (int) Files.getAttribute(mapper, "unix:mode") & 0777);
    List<DeviceNode> without = List.of(new DeviceNode(mapper.toString(), "new", BEFORE, false));
    new SavedNodes(file).restore(without);
    assertFalse(Files.exists(node("new")), "a device without a table has no node yet");
  }

  @Test
  void aFileThatMakesNoSenseKeepsNobodyFromStarting() throws Exception {
    Files.writeString(file, "what\0 is this\0");
    SavedNodes nodes = new SavedNodes(file);
    nodes.remove(device(BEFORE));
    nodes.restore(device(NOW));
    assertTrue(Files.exists(node("a\\x20b")));
  }
}
