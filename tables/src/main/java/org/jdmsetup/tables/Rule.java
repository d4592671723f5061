package org.jdmsetup.tables;

import java.util.Objects;

/**
 * One rule of a mapping table, exactly as it was given: nothing here is checked, so that what a
 * kernel refuses can be represented too.
 *
 * <p>The strings are {@linkplain ByteText byte text}.
 *
 * @param start first sector of the rule in the mapped device
 * @param length how many sectors it covers
 * @param type name of the target
 * @param params what follows the type, with its inner and trailing blanks. In a table that a user
 *     types a backslash is a byte like others; in a control buffer, where dmsetup doubles it, it
 *     escapes the byte after it
 */
public record Rule(Sectors start, Sectors length, String type, String params) {

  public Rule {
    Objects.requireNonNull(start);
    Objects.requireNonNull(length);
    Objects.requireNonNull(type);
    Objects.requireNonNull(params);
  }

  /** The first sector after the rule, modulo 2<sup>64</sup>. */
  public Sectors end() {
    return start.plus(length);
  }

  /** The line as {@code dmsetup table} prints it: a blank follows the type even without params. */
  @Override
  public String toString() {
    return start + " " + length + ' ' + type + ' ' + params;
  }
}
