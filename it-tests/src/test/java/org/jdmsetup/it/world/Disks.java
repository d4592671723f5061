package org.jdmsetup.it.world;

import java.util.List;

/**
 * The disks that cases are about: four loop devices, of sizes that no power of two divides, so that
 * an off-by-one shows.
 *
 * @param paths of the disks A, B, C, D
 */
public record Disks(List<String> paths) {
  /** Their sizes in sectors. */
  public static final List<Long> SECTORS = List.of(20_011L, 12_289L, 8_192L, 8_192L);

  public static final List<String> NAMES = List.of("A", "B", "C", "D");

  public Disks {
    paths = List.copyOf(paths);
  }

  /**
   * The text with {@code $A} to {@code $D} replaced by paths, {@code $#A} to {@code $#D} by
   * numbers.
   */
  public String expand(String text) {
    String expanded = text;
    for (int i = 0; i < paths.size(); i++) {
      String number = paths.get(i).replace("/dev/loop", "7:");
      expanded = expanded.replace("$#" + NAMES.get(i), number);
      expanded = expanded.replace("$" + NAMES.get(i), paths.get(i));
    }
    return expanded;
  }
}
