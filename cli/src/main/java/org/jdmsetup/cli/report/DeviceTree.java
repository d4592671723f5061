package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Which devices use which: every mapped device, and below it the devices that its table names, down
 * to those that are not mapped. A device appears once, however many devices use it.
 */
public final class DeviceTree {

  /** Answers for the driver. */
  public interface Source {

    /** Whether a device is a mapped one. */
    boolean isMapped(DeviceNumber device);

    /**
     * What the driver says about a mapped device; null if it says nothing, which has been reported
     * then.
     */
    Device query(DeviceNumber device);
  }

  /**
   * A mapped device.
   *
   * @param name as shown
   * @param uuid as shown; empty if it has none
   * @param uses what its table names, in the driver's order
   * @param files what else its table names and has no number
   */
  public record Device(
      String name, String uuid, DeviceInfo info, List<DeviceNumber> uses, List<String> files) {}

  /** A device or a file in the tree. */
  static final class Node {
    /** A device's number, or what a table calls what has none. */
    final String label;

    /** Null if it has none. */
    final DeviceNumber number;

    /** Null if it is not a mapped device. */
    final Device device;

    final List<Node> uses = new ArrayList<>();
    final List<Node> usedBy = new ArrayList<>();

    Node(String label, DeviceNumber number, Device device) {
      this.label = label;
      this.number = number;
      this.device = device;
    }

    /** The name; empty if it is not a mapped device. */
    String name() {
      return device == null ? "" : device.name();
    }
  }

  private final Source source;

  /** In the order in which they were found. */
  private final List<Node> nodes = new ArrayList<>();

  private final Map<DeviceNumber, Node> byNumber = new HashMap<>();
  private final Map<String, Node> byFile = new HashMap<>();
  private boolean complete = true;

  public DeviceTree(Source source) {
    this.source = source;
  }

  /** Adds a mapped device and what is below it. */
  public void add(DeviceNumber number) {
    List<DeviceNumber> pending = new ArrayList<>();
    List<Node> users = new ArrayList<>();
    pending.add(number);
    users.add(null);
    // depth first, without recursion: tables may stack devices deeply
    while (!pending.isEmpty()) {
      int last = pending.size() - 1;
      visit(pending.remove(last), users.remove(last), pending, users);
    }
  }

  private void visit(DeviceNumber number, Node user, List<DeviceNumber> pending, List<Node> users) {
    Node node = byNumber.get(number);
    boolean known = node != null;
    if (!known) {
      Device device = null;
      if (source.isMapped(number)) {
        device = source.query(number);
        if (device == null) {
          complete = false;
          return;
        }
      }
      node = new Node(number.toString(), number, device);
      nodes.add(node);
      byNumber.put(number, node);
    }
    if (user != null) {
      connect(user, node);
    }
    if (!known && node.device != null) {
      for (int i = node.device.uses().size() - 1; i >= 0; i--) {
        pending.add(node.device.uses().get(i));
        users.add(node);
      }
      for (String file : node.device.files()) {
        connect(node, byFile.computeIfAbsent(file, label -> new Node(label, null, null)));
      }
    }
  }

  private static void connect(Node user, Node used) {
    if (!user.uses.contains(used)) {
      user.uses.add(used);
      used.usedBy.add(user);
    }
  }

  /** Whether a device is in the tree. */
  public boolean contains(DeviceNumber number) {
    return byNumber.containsKey(number);
  }

  /** Whether the driver answered for every device. */
  public boolean isComplete() {
    return complete;
  }

  /** The devices that no other uses, in the order in which they were found. */
  List<Node> tops() {
    List<Node> tops = new ArrayList<>();
    for (Node node : nodes) {
      if (node.usedBy.isEmpty()) {
        tops.add(node);
      }
    }
    return tops;
  }

  /** The devices that use no other, in the order in which they were found. */
  List<Node> leaves() {
    List<Node> leaves = new ArrayList<>();
    for (Node node : nodes) {
      if (node.uses.isEmpty()) {
        leaves.add(node);
      }
    }
    return leaves;
  }

  /** The value of a field of {@link FieldGroup#TREE} for a device. */
  Value value(DeviceNumber number, Field field) {
    Node node = byNumber.get(number);
    List<Node> users = node == null ? List.of() : node.usedBy;
    switch (field) {
      case DEVS_USED:
        return Value.text(names(node == null ? List.of() : node.uses));
      case DEVICE_REF_COUNT:
        return Value.number(users.size());
      case NAMES_USING_DEV:
        return Value.text(names(users));
      case DEVNOS_USING_DEV:
        return Value.text(numbers(users));
      default:
        throw new IllegalArgumentException(field.id() + " is not about the tree");
    }
  }

  private static String names(List<Node> nodes) {
    List<String> names = new ArrayList<>();
    for (Node node : nodes) {
      if (!node.name().isEmpty()) {
        names.add(node.name());
      }
    }
    return String.join(",", names);
  }

  private static String numbers(List<Node> nodes) {
    List<String> numbers = new ArrayList<>();
    for (Node node : nodes) {
      numbers.add(node.number.toString());
    }
    return String.join(",", numbers);
  }
}
