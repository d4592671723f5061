package org.jdmsetup.engine.targets.mirror;

/** What can go wrong with a leg; a status shows the first that did, in this order. */
enum LegError {
  /** A flush before regions were to be noted as clean. */
  FLUSH('F'),
  /** A write, or a flush that was asked for. */
  WRITE('D'),
  /** A copy, on either side. */
  SYNC('S'),
  READ('R');

  private final char letter;

  LegError(char letter) {
    this.letter = letter;
  }

  char letter() {
    return letter;
  }
}
