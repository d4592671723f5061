package org.jdmsetup.tables.check;

import org.jdmsetup.tables.text.Position;

/**
 * The words of rules as they stand: 0 is the start, 1 the length, 2 the type, then the parameters.
 */
interface RuleWords {

  /** Where a word stands; for one that is not there, where it would begin. */
  Position position(int rule, int word);

  /** A word up to the blanks around it; empty if it is not there. */
  String word(int rule, int word);
}
