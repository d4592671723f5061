package org.jdmsetup.engine;

/**
 * A daemon cannot start, for a reason that is no fault of the engine. The message is its one line
 * of output.
 */
final class CannotStartException extends Exception {
  private static final long serialVersionUID = 1;

  CannotStartException(String reason) {
    super(reason);
  }
}
