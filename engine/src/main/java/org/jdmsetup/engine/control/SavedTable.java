package org.jdmsetup.engine.control;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.TargetSpec;
import org.jdmsetup.tables.Rule;

/** A table as the journal keeps it: its rules as {@code dmsetup table} prints them. */
record SavedTable(boolean readOnly, List<Rule> rules) {

  /** What to save of a table; null when there is none. */
  static SavedTable of(Table table) {
    if (table == null) {
      return null;
    }
    List<Rule> rules = new ArrayList<>(table.size());
    for (TargetSpec spec : table.status(true)) {
      rules.add(new Rule(spec.start(), spec.length(), spec.type(), spec.params()));
    }
    return new SavedTable(table.readOnly(), rules);
  }
}
