package org.jdmsetup.cli.report;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a report shall be like: the report options of the command line, as given (byte text; null
 * where absent), and what the command presets.
 */
public final class ReportRequest {
  private final Set<FieldGroup> base;
  private final String defaultFields;
  private String fields;
  private String keys = "";
  private String selection;
  private String separator;
  private boolean aligned = true;
  private Headings headings = Headings.ABBREV;
  private boolean forPrograms;
  private boolean prefixed;
  private boolean quoted = true;
  private boolean transposed;

  private ReportRequest(String defaultFields, Set<FieldGroup> base) {
    this.defaultFields = defaultFields;
    this.base = base;
    fields = defaultFields;
  }

  /**
   * A report with all defaults.
   *
   * @param defaultFields what is shown without {@code -o}
   * @param base the groups that {@code -o all} shows besides those of other named fields; none if
   *     it shows everything when no field is named before; if it is only one, its fields may be
   *     named without its prefix
   */
  public static ReportRequest of(String defaultFields, Set<FieldGroup> base) {
    return new ReportRequest(defaultFields, base);
  }

  /** The report of {@code info -c}. */
  public static ReportRequest ofInfo() {
    return of("name,major,minor,attr,open,segments,events,uuid", Set.of());
  }

  /** The report of {@code splitname}. */
  public static ReportRequest ofSplitName() {
    return of("vg_name,lv_name,lv_layer", EnumSet.of(FieldGroup.SPLITNAME));
  }

  /** {@code -o}: instead of the default fields, or after them with a leading plus. */
  public ReportRequest fields(String list) {
    if (list != null) {
      fields = list.startsWith("+") ? defaultFields + "," + list.substring(1) : list;
    }
    return this;
  }

  /** {@code -O}, {@code --sort}. */
  public ReportRequest keys(String list) {
    keys = list == null ? "" : list;
    return this;
  }

  /** {@code -S}, {@code --select}. */
  public ReportRequest selection(String expression) {
    selection = expression;
    return this;
  }

  /** {@code --separator}: between columns, which are not aligned then. */
  public ReportRequest separator(String text) {
    if (text != null) {
      separator = text;
      aligned = false;
    }
    return this;
  }

  /** {@code --noheadings}: for programs, so neither headings nor alignment. */
  public ReportRequest noHeadings(boolean given) {
    if (given) {
      headings = Headings.NONE;
      forPrograms = true;
      aligned = false;
    }
    return this;
  }

  /** {@code --headings}, which does not touch the alignment. */
  public ReportRequest headings(Headings wanted) {
    if (wanted != null) {
      headings = wanted;
    }
    return this;
  }

  /** {@code --nameprefixes}: {@code DM_FIELD='value'}. */
  public ReportRequest namePrefixes(boolean given) {
    if (given) {
      prefixed = true;
      aligned = false;
    }
    return this;
  }

  /** {@code --unquoted}: no quotes with {@code --nameprefixes}. */
  public ReportRequest unquoted(boolean given) {
    quoted = !given;
    return this;
  }

  /** {@code --rows}: a line for each field. */
  public ReportRequest rows(boolean given) {
    if (given) {
      transposed = true;
      aligned = false;
    }
    return this;
  }

  Set<FieldGroup> base() {
    return base;
  }

  String fields() {
    return fields;
  }

  String keys() {
    return keys;
  }

  String selection() {
    return selection;
  }

  String separator() {
    if (separator != null) {
      return separator;
    }
    return forPrograms ? ":" : " ";
  }

  boolean aligned() {
    return aligned;
  }

  Headings headings() {
    return headings;
  }

  boolean prefixed() {
    return prefixed;
  }

  boolean quoted() {
    return quoted;
  }

  boolean transposed() {
    return transposed;
  }
}
