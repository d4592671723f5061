package org.jdmsetup.it.io;

/** Makes random rules of one target. */
interface RuleMaker {

  /**
   * A rule without its start.
   *
   * @param length in sectors
   * @param grain in sectors, where the target cuts requests or keeps state; 1 when it does not
   * @param text type and parameters
   */
  record Made(long length, long grain, String text) {}

  /**
   * @param longest that the rule may be, in sectors; at least 64
   */
  Made make(ScriptBuilder draft, int longest);
}
