package org.jdmsetup.engine.backing;

import java.util.List;

/**
 * Whether something that was found is what was remembered ({@link Identity#compare}).
 *
 * @param decidingFacts those that agree, or the one that does not
 */
public record IdentityMatch(Kind kind, List<Fact> decidingFacts) {

  /** What can be said. */
  public enum Kind {
    SAME,
    DIFFERENT,
    /** Nothing speaks against it, and nothing proves it. */
    UNDECIDED
  }

  /**
   * Whether everything that agrees in these facts has the same data, as two loop devices on one
   * file have: a clone differs in them.
   */
  boolean isUnique() {
    return decidingFacts.contains(Fact.SEQUENCE)
        || decidingFacts.contains(Fact.DEVICE)
        || decidingFacts.contains(Fact.INODE);
  }

  public boolean is(Kind wanted) {
    return kind == wanted;
  }
}
