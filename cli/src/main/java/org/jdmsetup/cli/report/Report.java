package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A column report: rows are added one by one, then printed together, sorted and aligned; then the
 * next report with the same columns can begin.
 */
public final class Report {
  private static final Value SELECTED = Value.number(1);
  private static final Value NOT_SELECTED = Value.number(0);

  private final List<Column> columns;
  private final List<SortKey> keys;
  private final Selection selection;
  private final boolean helpOnly;

  /** How many columns are shown; hidden ones follow. */
  private final int shown;

  /**
   * The last column that shows whether a row is selected, or -1. If there is one, the others are
   * shown as well.
   */
  private final int mark;

  private final ReportText text;
  private final Consumer<String> messages;
  private final List<Value[]> rows = new ArrayList<>();

  private Report(
      ReportRequest request,
      Columns columns,
      Selection selection,
      boolean helpOnly,
      Consumer<String> messages) {
    this.columns = columns.all();
    this.keys = columns.keys();
    this.selection = selection;
    this.helpOnly = helpOnly;
    this.shown = columns.shown();
    this.mark = lastMark();
    this.text = new ReportText(request, this.columns);
    this.messages = messages;
  }

  /**
   * Reads the options of a report.
   *
   * @param messages receives complaints and the help that was asked for, a line each
   * @throws ReportException when they make no sense; that ends the command with status 1
   */
  public static Report open(ReportRequest request, Consumer<String> messages)
      throws ReportException {
    FieldNames names = new FieldNames(request.base(), messages);
    Columns columns = new Columns(names, request.base(), messages);
    columns.make(request.fields(), request.keys());
    if (columns.helpAsked()) {
      FieldList.print(messages);
    }
    SelectionParser parser = new SelectionParser(request.selection(), names, columns, messages);
    Selection selection = parser.parse();
    boolean helpOnly = columns.helpAsked() || parser.helpAsked();
    return new Report(request, columns, selection, helpOnly, messages);
  }

  private int lastMark() {
    int last = shown - 1;
    while (last >= 0 && columns.get(last).field() != Field.SELECTED) {
      last--;
    }
    return last;
  }

  /** Whether objects of a group are needed to show, to sort or to select. */
  public boolean needs(FieldGroup group) {
    for (Column column : columns) {
      if (column.field().group() == group) {
        return true;
      }
    }
    return false;
  }

  /** Whether only help was asked for: rows may be added, but nothing will be shown. */
  public boolean isHelp() {
    return helpOnly;
  }

  /**
   * Adds a row.
   *
   * @return whether it passes the selection; every row does when only help was asked for
   * @throws ReportException when it lacks a value; it is left out then
   */
  public boolean add(Row row) throws ReportException {
    if (helpOnly) {
      return true;
    }
    Value[] values = new Value[columns.size()];
    for (int i = shown; i < values.length; i++) {
      // hidden columns from the last to the first: if values are missing, dmsetup names that one
      int hidden = shown + values.length - 1 - i;
      values[hidden] = value(row, columns.get(hidden).field());
    }
    for (int i = 0; i < shown; i++) {
      values[i] = value(row, columns.get(i).field());
    }
    boolean passes = selection.test(values);
    if (!passes && mark >= 0) {
      values[mark] = NOT_SELECTED;
    }
    if (passes || mark >= 0) {
      rows.add(values);
    }
    return passes;
  }

  private Value value(Row row, Field field) throws ReportException {
    if (field == Field.SELECTED) {
      return SELECTED;
    }
    if (!row.holds(field.group())) {
      String message = "_do_report_object: no data assigned to field " + field.id();
      messages.accept(message);
      throw new ReportException(message);
    }
    try {
      return row.value(field);
    } catch (ReportException e) {
      messages.accept("_do_report_object: report function failed for field " + field.id());
      throw e;
    }
  }

  /**
   * Prints what was added, if anything, and forgets it.
   *
   * @param lines receives each line
   */
  public void print(Consumer<String> lines) {
    if (!rows.isEmpty()) {
      Value[][] sorted = rows.toArray(new Value[0][]);
      if (!keys.isEmpty()) {
        Arrays.sort(sorted, new RowOrder(keys, columns));
      }
      text.print(sorted, lines);
      clear();
    }
  }

  /** Forgets what was added. */
  public void clear() {
    rows.clear();
  }
}
