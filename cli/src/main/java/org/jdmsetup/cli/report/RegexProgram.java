package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A regular expression as steps: take a byte of a set and go on, go to another step, go on in two
 * places, or accept.
 */
final class RegexProgram {
  private static final int ACCEPT = -1;

  /** The set of a byte step; null for the other kinds. */
  private final List<BitSet> sets = new ArrayList<>();

  /** Where a jump or split goes (a split also to the step after it); {@link #ACCEPT} to accept. */
  private final List<Integer> targets = new ArrayList<>();

  private final List<Boolean> splits = new ArrayList<>();

  int size() {
    return sets.size();
  }

  /** Appends a step that takes a byte of a set. */
  int take(BitSet set) {
    return add(set, ACCEPT, false);
  }

  /** Appends a step that accepts. */
  int accept() {
    return add(null, ACCEPT, false);
  }

  /** Appends a step that goes elsewhere; {@link #aim} says where. */
  int jump() {
    return add(null, size(), false);
  }

  /** Appends a step that goes on after it and elsewhere; {@link #aim} says where. */
  int split() {
    return add(null, size(), true);
  }

  void aim(int step, int target) {
    targets.set(step, target);
  }

  private int add(BitSet set, int target, boolean split) {
    sets.add(set);
    targets.add(target);
    splits.add(split);
    return sets.size() - 1;
  }

  boolean takes(int step, char c) {
    BitSet set = sets.get(step);
    return set != null && set.get(c);
  }

  /**
   * Adds a step, and all steps reached from it without a byte, to a set.
   *
   * @param stack room for as many numbers as there are steps
   * @return whether an accepting step is among them
   */
  boolean enter(int step, BitSet reached, int[] stack) {
    if (reached.get(step)) {
      return false;
    }
    int height = 0;
    stack[height++] = step;
    reached.set(step);
    while (height > 0) {
      int one = stack[--height];
      if (sets.get(one) != null) {
        continue;
      }
      int target = targets.get(one);
      if (target == ACCEPT) {
        return true;
      }
      if (!reached.get(target)) {
        reached.set(target);
        stack[height++] = target;
      }
      if (splits.get(one) && !reached.get(one + 1)) {
        reached.set(one + 1);
        stack[height++] = one + 1;
      }
    }
    return false;
  }
}
