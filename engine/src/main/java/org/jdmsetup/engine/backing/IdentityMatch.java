package org.jdmsetup.engine.backing;

import java.util.List;

/**
 * Whether something that was found is what was remembered ({@link Identity#compare}).
 *
 * @param by the facts that say so: those that agree, or the one that does not
 */
public record IdentityMatch(Kind kind, List<Fact> by) {

  /** What can be said. */
  public enum Kind {
    SAME,
    OTHER,
    /** Nothing speaks against it, and nothing proves it. */
    OPEN
  }

  /** Whether all that is alike by these facts has the same data: no clone has them. */
  boolean isUnique() {
    return by.contains(Fact.SEQUENCE) || by.contains(Fact.DEVICE) || by.contains(Fact.INODE);
  }

  public boolean is(Kind wanted) {
    return kind == wanted;
  }
}
