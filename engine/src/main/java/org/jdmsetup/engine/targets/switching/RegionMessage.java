package org.jdmsetup.engine.targets.switching;

import java.util.List;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;

/**
 * The words of one {@code set_region_mappings} message: regions and paths in hexadecimal, set as
 * they are read, so that those before a bad word stay. The syntax is that of the kernel document
 * admin-guide/device-mapper/switch.
 */
final class RegionMessage {
  private final RegionTable table;
  private final int paths;

  /** The region that was set last. */
  private long region;

  private String word;
  private int at;

  RegionMessage(RegionTable table, int paths) {
    this.table = table;
    this.paths = paths;
  }

  void apply(List<String> words) throws TargetException {
    for (String next : words) {
      word = next;
      at = 0;
      if (peek() == 'R' || peek() == 'r') {
        at++;
        repeat();
      } else {
        set();
      }
    }
  }

  /** Words that bring a new table to what this one is now; empty when it is as a new one. */
  static String wordsFor(RegionTable table, int paths) {
    StringBuilder words = new StringBuilder();
    for (long region = 0; region < table.regions(); ) {
      int path = table.get(region);
      if (path == region % paths) {
        region++;
        continue;
      }
      words.append(words.length() == 0 ? "" : " ");
      words.append(Long.toHexString(region)).append(':').append(Integer.toHexString(path));
      long first = region++;
      while (region < table.regions() && table.get(region) == path) {
        region++;
      }
      if (region > first + 1) {
        words.append(" R1,").append(Long.toHexString(region - first - 1));
      }
    }
    return words.toString();
  }

  /** {@code [REGION]:PATH}; without a region, the one after the last. */
  private void set() throws TargetException {
    if (peek() == ':') {
      region++;
    } else {
      region = hex();
    }
    expect(peek() == ':');
    at++;
    expect(!atEnd());
    long path = hex();
    expect(atEnd());
    if (Long.compareUnsigned(region, table.regions()) >= 0) {
      throw refused("region number", text(region) + " >= " + text(table.regions()));
    }
    if (Long.compareUnsigned(path, paths) >= 0) {
      throw refused("device", text(path) + " >= " + paths);
    }
    table.set(region, (int) path);
  }

  /** {@code RCYCLE,COUNT}: the last regions' paths again and again for the next regions. */
  private void repeat() throws TargetException {
    expect(peek() != ',');
    long cycle = hex();
    expect(peek() == ',');
    at++;
    expect(!atEnd());
    long count = hex();
    expect(atEnd());
    if (cycle == 0 || Long.compareUnsigned(cycle - 1, region) > 0) {
      throw refused("cycle length", text(cycle - 1) + " > " + text(region));
    }
    long last = region + count;
    if (Long.compareUnsigned(last, region) < 0
        || Long.compareUnsigned(last, table.regions()) >= 0) {
      throw refused(
          "region number", text(region) + " + " + text(count) + " >= " + text(table.regions()));
    }
    while (region != last) {
      region++;
      table.set(region, table.get(region - cycle));
    }
  }

  /** Reads digits as far as they go, none being 0, modulo 2<sup>64</sup>. */
  private long hex() {
    long value = 0;
    for (int digit = digit(); digit >= 0; digit = digit()) {
      value = value << 4 | digit;
      at++;
    }
    return value;
  }

  private int digit() {
    char c = peek();
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private char peek() {
    return atEnd() ? 0 : word.charAt(at);
  }

  private boolean atEnd() {
    return at == word.length();
  }

  private void expect(boolean condition) throws TargetException {
    if (!condition) {
      throw refused("argument", "'" + word + "'");
    }
  }

  private static TargetException refused(String what, String found) {
    return new TargetException(Errno.EINVAL, "invalid set_region_mappings " + what, found);
  }

  private static String text(long number) {
    return Long.toUnsignedString(number);
  }
}
