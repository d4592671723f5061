package org.jdmsetup.engine.control.device;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.control.journal.DeviceRecord;
import org.jdmsetup.engine.control.journal.SavedTable;

/**
 * The order in which the tables of devices are restored: each device after those that its tables
 * name, however deep they are stacked, and otherwise snapshots first, before anybody can write to
 * their origins.
 */
final class RestoreOrder {
  private final Map<MappedDevice, DeviceRecord> records;
  private final Map<Identity, MappedDevice> byIdentity;

  RestoreOrder(Map<MappedDevice, DeviceRecord> records, Map<Identity, MappedDevice> byIdentity) {
    this.records = records;
    this.byIdentity = byIdentity;
  }

  /** All devices in that order. */
  List<MappedDevice> of(List<MappedDevice> devices) {
    List<MappedDevice> all = new ArrayList<>(devices);
    all.sort(Comparator.comparing(device -> !isSnapshot(records.get(device))));
    return fromTheBottom(all);
  }

  /** The devices that any table names. */
  Set<MappedDevice> named() {
    Set<MappedDevice> named = new HashSet<>();
    records.values().forEach(record -> named.addAll(below(record)));
    return named;
  }

  /**
   * Whether a device is a snapshot, which must be restored before its origin: writes to the origin
   * copy old data to it.
   */
  private static boolean isSnapshot(DeviceRecord record) {
    return record != null
        && record.active() != null
        && record.active().rules().stream().anyMatch(rule -> rule.type().equals("snapshot"));
  }

  private List<MappedDevice> fromTheBottom(List<MappedDevice> devices) {
    Set<MappedDevice> reached = new HashSet<>();
    Set<MappedDevice> ordered = new LinkedHashSet<>();
    ArrayDeque<MappedDevice> path = new ArrayDeque<>();
    for (MappedDevice device : devices) {
      path.push(device);
      while (!path.isEmpty()) {
        MappedDevice top = path.peek();
        if (reached.add(top)) {
          for (MappedDevice below : below(records.get(top))) {
            if (!reached.contains(below)) {
              path.push(below);
            }
          }
        } else {
          ordered.add(path.pop());
        }
      }
    }
    return List.copyOf(ordered);
  }

  private List<MappedDevice> below(DeviceRecord record) {
    List<MappedDevice> below = new ArrayList<>();
    addBelow(record.active(), below);
    addBelow(record.inactive(), below);
    return below;
  }

  private void addBelow(SavedTable table, List<MappedDevice> below) {
    if (table != null) {
      for (Identity identity : table.uses().values()) {
        MappedDevice device = byIdentity.get(identity);
        if (device != null) {
          below.add(device);
        }
      }
    }
  }
}
