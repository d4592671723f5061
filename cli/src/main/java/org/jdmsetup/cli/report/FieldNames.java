package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds fields by what users call them: in any case, with underscores anywhere or nowhere, and
 * without the group's prefix where a report has only one group.
 */
final class FieldNames {
  private static final Field[] FIELDS = Field.values();
  private static final String ALL = "all";

  /** Longest name in bytes, not counting underscores. */
  private static final int LIMIT = 31;

  private final String impliedPrefix;
  private final Consumer<String> messages;

  /**
   * @param base the groups that the report is about
   */
  FieldNames(Set<FieldGroup> base, Consumer<String> messages) {
    this.messages = messages;
    impliedPrefix = base.size() == 1 ? folded(base.iterator().next().prefix()) : "";
  }

  /**
   * The field named by {@code text[start, end)}, or null.
   *
   * @param text what a complaint about the name's length quotes to its end
   */
  Field find(String text, int start, int end) {
    String name = fold(text, start, end);
    if (name == null) {
      return null;
    }
    for (Field field : FIELDS) {
      String id = folded(field.id());
      if (name.equals(id)
          || (!impliedPrefix.isEmpty()
              && id.startsWith(impliedPrefix)
              && name.equals(id.substring(impliedPrefix.length())))) {
        return field;
      }
    }
    return null;
  }

  /** Whether a name means all fields of a report. */
  static boolean isAll(String text, int start, int end) {
    return end - start == ALL.length() && text.regionMatches(true, start, ALL, 0, ALL.length());
  }

  /** The fields meant by {@code GROUP_all}; null if the name is not of that form. */
  List<Field> findGroup(String text, int start, int end) {
    String name = fold(text, start, end);
    if (name == null || !name.endsWith(ALL)) {
      return null;
    }
    for (FieldGroup group : FieldGroup.values()) {
      if (group != FieldGroup.SPECIAL && name.equals(folded(group.prefix()) + ALL)) {
        return ofGroups(EnumSet.of(group));
      }
    }
    return null;
  }

  /** The fields of some groups. */
  static List<Field> ofGroups(Set<FieldGroup> groups) {
    List<Field> fields = new ArrayList<>();
    for (Field field : FIELDS) {
      if (groups.contains(field.group())) {
        fields.add(field);
      }
    }
    return fields;
  }

  private String fold(String text, int start, int end) {
    StringBuilder name = new StringBuilder();
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '_') {
        continue;
      }
      if (name.length() == LIMIT) {
        messages.accept(text.substring(i) + ": field name too long.");
        return null;
      }
      name.append(c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c);
    }
    return name.toString();
  }

  private static String folded(String id) {
    return id.replace("_", "");
  }
}
