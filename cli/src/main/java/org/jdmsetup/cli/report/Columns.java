package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The columns of a report and its sort keys, read from the lists of {@code -o} and {@code -O}. Both
 * are read before any column is made, as {@code all} includes the groups of all fields that either
 * names.
 */
final class Columns {
  private final FieldNames names;
  private final Consumer<String> messages;

  /** What {@code -o} names; null where it says {@code all}. */
  private final List<List<Field>> named = new ArrayList<>();

  private final List<Key> namedKeys = new ArrayList<>();
  private final Set<FieldGroup> groups;
  private final List<Column> columns = new ArrayList<>();
  private final List<SortKey> keys = new ArrayList<>();
  private boolean help;
  private int shown;

  private record Key(Field field, boolean descending) {}

  /**
   * @param base the groups that {@code all} includes in any case; if there are none, and no field
   *     is named, {@code all} is everything
   */
  Columns(FieldNames names, Set<FieldGroup> base, Consumer<String> messages) {
    this.names = names;
    this.messages = messages;
    groups = EnumSet.noneOf(FieldGroup.class);
    groups.addAll(base);
  }

  List<Column> all() {
    return columns;
  }

  /** How many are shown; the hidden ones follow them. */
  int shown() {
    return shown;
  }

  List<SortKey> keys() {
    return keys;
  }

  /** Whether one of the names asked for help. */
  boolean helpAsked() {
    return help;
  }

  /** The index of the first column of a field, which is added hidden if it is not there. */
  int indexOf(Field field) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).field() == field) {
        return i;
      }
    }
    columns.add(new Column(field, true));
    return columns.size() - 1;
  }

  /**
   * Makes the columns.
   *
   * @param fields the list of {@code -o}; names between commas may be missing, the last one may not
   * @param sort the list of {@code -O}: likewise, each name with an optional sign
   */
  void make(String fields, String sort) throws ReportException {
    readFields(fields);
    readKeys(sort);
    for (List<Field> some : named) {
      for (Field field : some == null ? FieldNames.ofGroups(groups) : some) {
        columns.add(new Column(field, false));
      }
    }
    shown = columns.size();
    for (Key key : namedKeys) {
      addKey(key.field(), key.descending());
    }
  }

  private void readFields(String list) throws ReportException {
    int end;
    for (int start = 0; start < list.length(); start = end) {
      start = skipCommas(list, start);
      end = endOfName(list, start);
      Field field = names.find(list, start, end);
      if (field == null && FieldNames.isAll(list, start, end)) {
        if (groups.isEmpty()) {
          groups.addAll(EnumSet.complementOf(EnumSet.of(FieldGroup.SPECIAL)));
        }
        named.add(null);
        continue;
      }
      List<Field> fields = field != null ? List.of(field) : names.findGroup(list, start, end);
      if (fields == null) {
        throw unknown("", list.substring(start, end));
      }
      if (note(fields.get(0))) {
        named.add(fields);
      }
    }
  }

  private void readKeys(String list) throws ReportException {
    int end;
    for (int start = 0; start < list.length(); start = end) {
      start = skipCommas(list, start);
      end = endOfName(list, start);
      boolean signed = start < end && (list.charAt(start) == '+' || list.charAt(start) == '-');
      boolean descending = signed && list.charAt(start) == '-';
      Field field = null;
      if (signed && end == start + 1) {
        messages.accept("dm_report: Missing sort field name");
      } else {
        field = names.find(list, signed ? start + 1 : start, end);
      }
      if (field == null) {
        throw unknown("dm_report: ", list.substring(start, end));
      }
      if (note(field)) {
        namedKeys.add(new Key(field, descending));
      }
    }
  }

  /** Notes a field that was named; false if it is no column but a request for help. */
  private boolean note(Field field) {
    if (field.isHelp()) {
      help = true;
      return false;
    }
    if (field.group() != FieldGroup.SPECIAL) {
      groups.add(field.group());
    }
    return true;
  }

  private void addKey(Field field, boolean descending) {
    int column = indexOf(field);
    for (SortKey key : keys) {
      if (key.column() == column) {
        messages.accept("dm_report: Ignoring duplicate sort field: " + field.id() + ".");
        return;
      }
    }
    keys.add(new SortKey(column, descending));
  }

  private ReportException unknown(String reporter, String name) {
    FieldList.print(messages);
    messages.accept(reporter + "Unrecognised field: " + name);
    return new ReportException("unrecognised field " + name);
  }

  private static int skipCommas(String list, int start) {
    int i = start;
    while (i < list.length() && list.charAt(i) == ',') {
      i++;
    }
    return i;
  }

  private static int endOfName(String list, int start) {
    int comma = list.indexOf(',', start);
    return comma < 0 ? list.length() : comma;
  }
}
