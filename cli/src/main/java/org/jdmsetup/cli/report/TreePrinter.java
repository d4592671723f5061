package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** Draws a device tree. */
public final class TreePrinter {
  /** The depth below which devices are not drawn, as in dmsetup. */
  private static final int DEEPEST = 98;

  private final TreeOptions options;
  private final TreeSymbols symbols;
  private final Function<DeviceNumber, String> blockNames;
  private final TreeLine line;

  /** Columns of the node drawn last at each depth, without what stands before it in its line. */
  private final int[] widths = new int[DEEPEST + 1];

  /** Whether the node drawn last at each depth is followed by a sibling. */
  private final boolean[] followed = new boolean[DEEPEST + 1];

  /**
   * @param blockNames the kernel's name of a device, or null if it cannot be found; asked only if
   *     the options want it
   */
  public TreePrinter(TreeOptions options, Function<DeviceNumber, String> blockNames) {
    this.options = options;
    this.blockNames = blockNames;
    symbols = options.symbols();
    line = new TreeLine(options.width());
  }

  /** The drawing (byte text): lines, of which the last one may lack its end. */
  public String draw(DeviceTree tree) {
    draw(0, options.inverted() ? tree.leaves() : tree.tops());
    return line.text();
  }

  private void draw(int depth, List<DeviceTree.Node> siblings) {
    if (depth > DEEPEST) {
      return;
    }
    for (int i = 0; i < siblings.size(); i++) {
      DeviceTree.Node node = siblings.get(i);
      List<DeviceTree.Node> below = options.inverted() ? node.usedBy : node.uses;
      followed[depth] = i + 1 < siblings.size();
      widths[depth] = 0;
      if (!node.name().isEmpty() || options.number() || options.blockName()) {
        draw(depth, node, !below.isEmpty());
      }
      draw(depth + 1, below);
    }
  }

  private void draw(int depth, DeviceTree.Node node, boolean hasBelow) {
    boolean continues = line.column() > 0;
    if (!continues) {
      prefix(depth);
    }
    int start = line.column();
    if (continues) {
      line.append(followed[depth] ? symbols.first : symbols.single);
    }
    line.append(node.name());
    String blockName =
        options.blockName() && node.number != null ? blockNames.apply(node.number) : null;
    if (blockName != null) {
      line.append(" <" + blockName + ">");
    }
    if (options.number()) {
      line.append(" (" + node.label + ")");
    }
    if (node.device != null) {
      attributes(node.device);
    }
    if (options.compact()) {
      widths[depth] = line.column() - start;
    }
    if (!options.compact() || !hasBelow) {
      line.end();
    }
  }

  private void prefix(int depth) {
    for (int i = 0; i < depth; i++) {
      line.blanks(widths[i] + 1);
      if (i == depth - 1) {
        line.append(followed[depth] ? symbols.branch : symbols.last);
      } else {
        line.append(followed[i + 1] ? symbols.vertical : symbols.blank);
      }
    }
  }

  private void attributes(DeviceTree.Device device) {
    DeviceInfo info = device.info();
    List<String> shown = new ArrayList<>();
    if (options.active()) {
      shown.add(info.suspended() ? "SUSPENDED" : "ACTIVE");
    }
    if (options.readOnly()) {
      shown.add(info.readOnly() ? "RO" : "RW");
    }
    if (options.open()) {
      shown.add(Integer.toString(info.openCount()));
    }
    if (options.uuid()) {
      shown.add(device.uuid());
    }
    if (!shown.isEmpty()) {
      line.append(" [" + String.join(", ", shown) + "]");
    }
  }
}
