package org.jdmsetup.cli.report;

/**
 * The kind of object that a field describes. A row {@linkplain Row#holds holds} objects of some
 * groups, and a report {@linkplain Report#needs needs} those of the fields that it shows, sorts by
 * or selects by.
 */
public enum FieldGroup {
  NAME("name_", "Mapped Device Name"),
  INFO("info_", "Mapped Device Information"),
  DEPS("deps_", "Mapped Device Relationship Information"),
  TREE("tree_", "Mapped Device Relationship Information"),
  SPLITNAME("splitname_", "Mapped Device Name Components"),
  STATS("stats_", "Mapped Device Statistics"),
  REGION("region_", "Mapped Device Statistics Region Information"),
  /** What the report itself knows about a row, and the requests for help. */
  SPECIAL("", "Special");

  private final String prefix;
  private final String title;

  FieldGroup(String prefix, String title) {
    this.prefix = prefix;
    this.title = title;
  }

  /** What {@code all} is appended to, to name all fields of the group. */
  String prefix() {
    return prefix;
  }

  String title() {
    return title;
  }
}
