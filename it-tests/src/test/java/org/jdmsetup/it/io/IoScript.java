package org.jdmsetup.it.io;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done to some disks and devices, from a clean state: the same in every world.
 *
 * @param kind name of the kind of script
 * @param seed that it was made from
 */
record IoScript(String kind, long seed, List<Disk> disks, List<Step> steps)
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

  IoScript with(List<Step> others) {
    return new IoScript(kind, seed, disks, others);
  }

  /** The same with reads for discards, which a loop device answers in a way of its own. */
  IoScript withoutDiscards() {
    List<Step> others = new ArrayList<>();
    for (Step step : steps) {
      others.add(withoutDiscards(step));
    }
    return with(others);
  }

  private static Step withoutDiscards(Step step) {
    if (step instanceof Step.Io io) {
      return withoutDiscard(io);
    } else if (step instanceof Step.Parallel parallel) {
      List<List<Step.Io>> threads = new ArrayList<>();
      for (List<Step.Io> thread : parallel.threads()) {
        threads.add(new ArrayList<>(thread.stream().map(IoScript::withoutDiscard).toList()));
      }
      return new Step.Parallel(threads);
    }
    return step;
  }

  private static Step.Io withoutDiscard(Step.Io io) {
    return io.op() == Step.Op.DISCARD
        ? new Step.Io(io.device(), Step.Op.READ, io.sector(), io.sectors(), 0, false)
        : io;
  }

  String id() {
    return kind + ":" + seed;
  }
}
