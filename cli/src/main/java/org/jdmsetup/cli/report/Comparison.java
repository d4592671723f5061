package org.jdmsetup.cli.report;

/** The comparison operators of selections, in the order in which they are recognised. */
enum Comparison {
  MATCHES("=~"),
  NOT_MATCHES("!~"),
  EQUAL("="),
  NOT_EQUAL("!="),
  NOT_BELOW(">="),
  ABOVE(">"),
  NOT_ABOVE("<="),
  BELOW("<"),
  SINCE("since"),
  AFTER("after"),
  UNTIL("until"),
  BEFORE("before");

  private static final Comparison[] ALL = values();

  private final String word;

  Comparison(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  /** The operator that stands at a position of a text, or null. */
  static Comparison at(String text, int position) {
    for (Comparison comparison : ALL) {
      if (text.startsWith(comparison.word, position)) {
        return comparison;
      }
    }
    return null;
  }

  boolean isRegex() {
    return this == MATCHES || this == NOT_MATCHES;
  }

  /** Whether it asks which value is the greater one. */
  boolean isOrder() {
    return this == NOT_BELOW || this == ABOVE || this == NOT_ABOVE || this == BELOW;
  }

  /** Whether only times can be compared with it; no field is a time. */
  boolean isTime() {
    return compareTo(SINCE) >= 0;
  }

  /** Whether it holds when a field's value is below, equal to (0) or above the operand. */
  boolean holds(int order) {
    switch (this) {
      case EQUAL:
        return order == 0;
      case NOT_EQUAL:
        return order != 0;
      case NOT_BELOW:
        return order >= 0;
      case ABOVE:
        return order > 0;
      case NOT_ABOVE:
        return order <= 0;
      case BELOW:
        return order < 0;
      default:
        throw new IllegalStateException(word + " does not compare by order");
    }
  }
}
