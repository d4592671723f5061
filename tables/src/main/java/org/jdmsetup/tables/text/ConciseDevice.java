package org.jdmsetup.tables.text;

import org.jdmsetup.tables.ByteText;

/**
 * One device of a concise text, its fields without their escapes. The strings are {@linkplain
 * ByteText byte text}.
 *
 * @param uuid empty for none
 * @param minor as given; empty for any
 * @param flags {@code ro}, {@code rw}, empty, or what {@code dmsetup} refuses
 * @param table a rule a line
 */
public record ConciseDevice(String name, String uuid, String minor, String flags, String table) {

  /** Whether the flags are some that dmsetup knows. */
  public boolean hasKnownFlags() {
    return flags.isEmpty() || flags.equals("rw") || isReadOnly();
  }

  public boolean isReadOnly() {
    return flags.equals("ro");
  }
}
