package org.jdmsetup.cli.report;

/** The row that {@code splitname} reports: a name and what it is made of. */
public final class SplitNameRow implements Row {
  private final String subsystem;
  private final SplitName name;

  public SplitNameRow(String subsystem, String name) {
    this.subsystem = subsystem;
    this.name = SplitName.of(subsystem, name);
  }

  @Override
  public boolean holds(FieldGroup group) {
    return group == FieldGroup.SPLITNAME;
  }

  @Override
  public Value value(Field field) {
    return field == Field.SUBSYSTEM ? Value.text(subsystem) : name.value(field);
  }
}
