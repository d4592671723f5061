package org.jdmsetup.it.ioctl;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps that a seed makes, or some of them.
 *
 * @param kept indices of the steps that are done, ascending; null for all
 */
record Sequence(long seed, List<Integer> kept) {

  static Sequence of(long seed) {
    return new Sequence(seed, null);
  }

  /** What is done. */
  List<SequenceStep> steps(Layout layout) {
    List<SequenceStep> all = new SequenceGenerator(seed, layout).steps();
    if (kept == null) {
      return all;
    }
    List<SequenceStep> some = new ArrayList<>();
    kept.forEach(index -> some.add(all.get(index)));
    return some;
  }

  /** {@code SEED} or {@code SEED INDEX,INDEX,...}, as {@link #parse} reads it. */
  String line() {
    return kept == null
        ? Long.toString(seed)
        : seed + " " + String.join(",", kept.stream().map(Object::toString).toList());
  }

  static Sequence parse(String line) {
    String[] words = line.split(" ", 2);
    long seed = Long.parseLong(words[0]);
    if (words.length == 1) {
      return of(seed);
    }
    List<Integer> kept = new ArrayList<>();
    for (String index : words[1].split(",")) {
      if (!index.isEmpty()) {
        kept.add(Integer.parseInt(index));
      }
    }
    return new Sequence(seed, kept);
  }
}
