package org.jdmsetup.ioctl.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.NodeOwner;
import org.jdmsetup.ioctl.system.FileStat;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.testing.Needs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceNodesTest {
  private static final DeviceNumber NUMBER = new DeviceNumber(7, 1_000_000);
  private static final NodeOwner OWNER = new NodeOwner(0, 0, 0640);

  @TempDir Path directory;
  private final List<String> messages = new ArrayList<>();
  private DeviceNodes nodes;

  @BeforeEach
  void setUp() throws IOException {
    nodes = new DeviceNodes(directory.resolve("mapper").toString(), messages::add);
  }

  private Path node(String name) {
    return directory.resolve("mapper").resolve(name);
  }

  private void requireMknod() {
    Needs.that(LibC.get().geteuid() == 0, "root, who makes device nodes");
    nodes.add("probe", NUMBER, OWNER, false);
    nodes.update();
    Needs.that(messages.isEmpty(), "leave to make device nodes");
    nodes.remove("probe", false);
    nodes.update();
  }

  @Test
  void makesANodeInADirectoryThatItMakes() throws Exception {
    requireMknod();
    nodes.add("vol", NUMBER, OWNER, false);
    assertFalse(Files.exists(node("vol")), "nothing happens before update");
    nodes.update();
    FileStat stat = FileStat.of(node("vol").toString());
    assertTrue(stat.isBlockDevice());
    assertEquals(NUMBER.encoded(), stat.rdev());
    assertEquals(0640, stat.mode() & 0777);
    assertEquals(List.of(), messages);
  }

  @Test
  void keepsARightNodeAndReplacesAWrongOne() throws Exception {
    requireMknod();
    nodes.add("vol", NUMBER, OWNER, false);
    nodes.update();
    nodes.add("vol", NUMBER, new NodeOwner(0, 0, 0600), false);
    nodes.update();
    assertEquals(0640, FileStat.of(node("vol").toString()).mode() & 0777);
    nodes.add("vol", new DeviceNumber(7, 5), OWNER, false);
    nodes.update();
    assertEquals(new DeviceNumber(7, 5).encoded(), FileStat.of(node("vol").toString()).rdev());
  }

  @Test
  void replacesALinkThatLeadsNowhere() throws Exception {
    requireMknod();
    Files.createSymbolicLink(node("vol"), Path.of("../dm-99"));
    nodes.add("vol", NUMBER, OWNER, false);
    nodes.update();
    assertTrue(FileStat.ofLink(node("vol").toString()).isBlockDevice());
  }

  @Test
  void leavesAPlainFileWhereANodeShouldGo() throws Exception {
    Files.createDirectories(node("vol").getParent());
    Files.writeString(node("vol"), "mine");
    nodes.add("vol", NUMBER, OWNER, false);
    nodes.update();
    assertEquals(
        List.of("A non-block device file at '" + node("vol") + "' is already present"), messages);
    assertEquals("mine", Files.readString(node("vol")));
  }

  @Test
  void removesWhateverIsThereAndNothingQuietly() throws Exception {
    Files.createDirectories(node("vol").getParent());
    Files.writeString(node("vol"), "");
    nodes.remove("vol", false);
    nodes.remove("absent", false);
    nodes.update();
    assertFalse(Files.exists(node("vol"), LinkOption.NOFOLLOW_LINKS));
    assertEquals(List.of(), messages);
  }

  @Test
  void aLaterRemovalTakesAnAdditionBack() {
    nodes.add("vol", NUMBER, OWNER, false);
    nodes.remove("vol", false);
    nodes.update();
    assertFalse(Files.exists(node("vol")));
    assertEquals(List.of(), messages);
  }

  @Test
  void renames() throws Exception {
    requireMknod();
    nodes.add("old", NUMBER, OWNER, false);
    nodes.rename("old", "new", false);
    nodes.update();
    assertFalse(Files.exists(node("old")));
    assertTrue(FileStat.of(node("new").toString()).isBlockDevice());
    nodes.rename("absent", "other", false);
    nodes.update();
    assertEquals(List.of(), messages);
  }

  @Test
  void doesNotRenameOverAPlainFile() throws Exception {
    Files.createDirectories(node("new").getParent());
    Files.writeString(node("new"), "mine");
    Files.writeString(node("old"), "");
    nodes.rename("old", "new", false);
    nodes.update();
    assertEquals(
        List.of("A non-block device file at '" + node("new") + "' is already present"), messages);
    assertTrue(Files.exists(node("old")));
  }

  @Test
  void namesAreBytes() throws Exception {
    requireMknod();
    nodes.add("\u00e9\u00ff", NUMBER, OWNER, false);
    nodes.update();
    assertTrue(FileStat.of(node("") + "/\u00e9\u00ff").isBlockDevice());
    nodes.remove("\u00e9\u00ff", false);
    nodes.update();
    assertFalse(FileStat.of(node("") + "/\u00e9\u00ff").exists());
    assertEquals(List.of(), messages);
  }

  @Test
  void doesNothingWhereDevicesHaveNoNodes() {
    DeviceNodes none = new DeviceNodes(null, messages::add);
    none.add("vol", NUMBER, OWNER, false);
    none.remove("other", false);
    none.update();
    assertEquals(List.of(), messages);
  }
}
