package org.jdmsetup.cli.report;

import java.util.Comparator;
import java.util.List;

/** The order of rows by sort keys, the first one first. */
final class RowOrder implements Comparator<Value[]> {
  private final List<SortKey> keys;
  private final List<Column> columns;

  RowOrder(List<SortKey> keys, List<Column> columns) {
    this.keys = keys;
    this.columns = columns;
  }

  @Override
  public int compare(Value[] one, Value[] other) {
    for (SortKey key : keys) {
      int column = key.column();
      int order = one[column].compareTo(other[column], columns.get(column).field().type());
      if (order != 0) {
        return key.descending() ? -order : order;
      }
    }
    return 0;
  }
}
