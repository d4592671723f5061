package org.jdmsetup.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code ls --tree} with all its options, as dmsetup drew. */
class TreePrinterTest {

  @TestFactory
  Stream<DynamicTest> treesAreDrawnAsDmsetupDid() throws IOException {
    MeasuredRuns measured = MeasuredRuns.of("measured-trees.txt");
    return measured.runs().stream()
        .map(
            run ->
                DynamicTest.dynamicTest(
                    String.join(" ", run.words()),
                    () -> assertEquals(run.out(), draw(measured, run.words()))));
  }

  private static String draw(MeasuredRuns measured, List<String> words) {
    int option = words.indexOf("-o");
    boolean utf = words.contains("LC_ALL=C.UTF-8");
    TreeOptions options = TreeOptions.of(option < 0 ? null : words.get(option + 1), utf);
    return new TreePrinter(options, measured::blockName).draw(measured.tree(Mangling.AUTO));
  }

  @Test
  void filesAreLeavesThatDevicesShare() {
    DeviceNumber one = new DeviceNumber(7, 1);
    DeviceNumber two = new DeviceNumber(7, 2);
    DeviceInfo info = new DeviceInfo(true, false, false, true, false, false, false, 0, 0, 7, 1, 1);
    DeviceTree tree =
        new DeviceTree(
            new DeviceTree.Source() {
              @Override
              public boolean isMapped(DeviceNumber device) {
                return device.major() == 7;
              }

              @Override
              public DeviceTree.Device query(DeviceNumber device) {
                return device.equals(one)
                    ? new DeviceTree.Device("a", "", info, List.of(), List.of("/x", "/y"))
                    : new DeviceTree.Device(
                        "b", "", info, List.of(new DeviceNumber(8, 0)), List.of("/x"));
              }
            });
    tree.add(one);
    tree.add(two);
    TreeOptions options = TreeOptions.of(null, false);
    assertEquals(
        "a (7:1)\n |- (/x)\n `- (/y)\nb (7:2)\n |- (/x)\n `- (8:0)\n",
        new TreePrinter(options, number -> null).draw(tree));
  }

  @Test
  void unknownOptionsAreNamedWithAllThatFollows() {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> TreeOptions.of("ascii,foo,compact", false))
            .getMessage();
    assertEquals("foo,compact", message);
  }
}
