package org.jdmsetup.it.io;

import java.io.Serializable;
import java.util.List;

/**
 * What is done to some disks and devices, from a clean state: the same in every world.
 *
 * @param kind name of the kind of script
 * @param seed that it was made from
 */
record IoScript(String kind, long seed, List<Disk> disks, List<IoStep> steps)
    implements Serializable {

  /** What is on a disk when the script begins. */
  enum Fill {
    /** Each sector says where it is. */
    STAMPED,
    ZERO
  }

  /**
   * A disk that the script uses.
   *
   * @param compared whether what is on it in the end must be the same
   */
  record Disk(char letter, Fill fill, boolean compared) implements Serializable {}

  /** Names of disks, in order, and their sizes in sectors. */
  static final String LETTERS = "ABCDEF";

  static final List<Integer> SECTORS = List.of(4096, 4096, 4096, 4096, 3001, 4096);

  IoScript {
    disks = List.copyOf(disks);
    steps = List.copyOf(steps);
  }

  static int sectorsOf(char letter) {
    return SECTORS.get(LETTERS.indexOf(letter));
  }

  IoScript with(List<IoStep> others) {
    return new IoScript(kind, seed, disks, others);
  }

  String id() {
    return kind + ":" + seed;
  }
}
