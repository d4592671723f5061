package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lays out the rows of a report. */
final class ReportText {
  private final Field[] fields;

  /** Which value of a row belongs to each of {@link #fields}. */
  private final int[] indexes;

  private final String separator;
  private final boolean aligned;
  private final Headings headings;
  private final boolean prefixed;
  private final String quote;
  private final boolean transposed;

  ReportText(ReportRequest request, List<Column> columns) {
    List<Field> shown = new ArrayList<>();
    indexes = new int[columns.size()];
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).hidden()) {
        indexes[shown.size()] = i;
        shown.add(columns.get(i).field());
      }
    }
    fields = shown.toArray(new Field[0]);
    separator = request.separator();
    aligned = request.aligned();
    headings = request.headings();
    prefixed = request.prefixed();
    quote = request.quoted() ? "'" : "";
    transposed = request.transposed();
  }

  void print(Value[][] rows, Consumer<String> lines) {
    if (transposed) {
      printTransposed(rows, lines);
      return;
    }
    int[] widths = aligned ? widths(rows) : null;
    if (headings != Headings.NONE) {
      lines.accept(headingLine(widths));
    }
    for (Value[] row : rows) {
      lines.accept(line(row, widths));
    }
  }

  private int[] widths(Value[][] rows) {
    int[] widths = new int[fields.length];
    for (int i = 0; i < fields.length; i++) {
      widths[i] = fields[i].width();
      if (headings == Headings.FULL) {
        widths[i] = Math.max(widths[i], fields[i].id().length());
      }
      for (Value[] row : rows) {
        widths[i] = Math.max(widths[i], row[indexes[i]].shown().length());
      }
    }
    return widths;
  }

  private String headingLine(int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < fields.length; i++) {
      line.append(i == 0 ? "" : separator);
      String heading = heading(fields[i]);
      if (widths == null) {
        line.append(heading);
      } else {
        line.append(heading, 0, Math.min(heading.length(), widths[i]));
        pad(line, widths[i] - heading.length());
      }
    }
    return line.toString();
  }

  private String line(Value[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < fields.length; i++) {
      line.append(i == 0 ? "" : separator);
      Value value = row[indexes[i]];
      int padding = widths == null ? 0 : widths[i] - value.shown().length();
      boolean right = fields[i].type() != FieldType.STRING;
      pad(line, right ? padding : 0);
      append(line, fields[i], value);
      pad(line, right ? 0 : padding);
    }
    return line.toString();
  }

  private void printTransposed(Value[][] rows, Consumer<String> lines) {
    for (int i = 0; i < fields.length; i++) {
      StringBuilder line = new StringBuilder();
      if (headings != Headings.NONE) {
        line.append(heading(fields[i])).append(separator);
      }
      for (int j = 0; j < rows.length; j++) {
        append(line.append(j == 0 ? "" : separator), fields[i], rows[j][indexes[i]]);
      }
      lines.accept(line.toString());
    }
  }

  private String heading(Field field) {
    return headings == Headings.FULL ? field.id() : field.heading();
  }

  private void append(StringBuilder line, Field field, Value value) {
    if (prefixed) {
      line.append("DM_").append(field.name()).append('=');
      line.append(quote).append(value.shown()).append(quote);
    } else {
      line.append(value.shown());
    }
  }

  private static void pad(StringBuilder line, int blanks) {
    for (int i = 0; i < blanks; i++) {
      line.append(' ');
    }
  }
}
