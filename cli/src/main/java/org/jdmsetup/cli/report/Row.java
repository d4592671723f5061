package org.jdmsetup.cli.report;

/** One line of a report before it is laid out: objects of some groups, asked field by field. */
public interface Row {

  /** Whether fields of this group have values here. */
  boolean holds(FieldGroup group);

  /**
   * The value of a field whose group this row {@linkplain #holds holds}. Asked once for each
   * column, in their order, and only for fields that the report needs.
   *
   * @throws ReportException when there is none; the reason has been printed
   */
  Value value(Field field) throws ReportException;
}
