package org.jdmsetup.it.cases;

/**
 * Which tool runs the commands of a case: one for all of them, or both in turn, each finding what
 * the other made.
 */
public enum ToolOrder {
  C,
  OURS,
  C_THEN_OURS,
  OURS_THEN_C;

  /** Whether the C tool runs the case's command of this index, counted from 0. */
  boolean isC(int command) {
    return switch (this) {
      case C -> true;
      case OURS -> false;
      case C_THEN_OURS -> command % 2 == 0;
      case OURS_THEN_C -> command % 2 == 1;
    };
  }
}
