package org.jdmsetup.engine.control.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.tables.Rule;

/**
 * A table as the journal keeps it.
 *
 * @param rules as {@code dmsetup table} prints them
 * @param uses whom the words for devices in the rules meant when they were written: {@link
 *     Backing#identity} by word
 * @param targetStates {@link Target#savedState} of each rule, empty when there is none
 */
public record SavedTable(
    boolean readOnly, Map<String, Identity> uses, List<Rule> rules, List<String> targetStates) {

  /** What to save of a table; null when there is none. */
  public static SavedTable of(Table table) {
    if (table == null) {
      return null;
    }
    List<Rule> rules = new ArrayList<>(table.size());
    for (TargetSpec spec : table.status(true)) {
      rules.add(new Rule(spec.start(), spec.length(), spec.type(), spec.params()));
    }
    List<String> targetStates = new ArrayList<>(table.size());
    for (int i = 0; i < table.size(); i++) {
      targetStates.add(Objects.requireNonNullElse(table.target(i).savedState(), ""));
    }
    Map<String, Identity> uses = noUses();
    for (Backing device : table.devices()) {
      if (!device.identity().isEmpty()) {
        uses.put(device.tableWord(), device.identity());
      }
    }
    return new SavedTable(table.readOnly(), uses, rules, targetStates);
  }

  /** An empty map for {@link #uses()}, whose order is always the same. */
  static Map<String, Identity> noUses() {
    return new TreeMap<>();
  }
}
