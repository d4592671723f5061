package org.jdmsetup.cli;

import java.util.List;

/** A command of dmsetup's that we do not have yet, and say so. */
final class NotYetCommand extends Command {
  private final String word;
  private final int least;
  private final int most;

  NotYetCommand(String word, int least, int most) {
    this.word = word;
    this.least = least;
    this.most = most;
  }

  @Override
  int least() {
    return least;
  }

  @Override
  int most() {
    return most;
  }

  @Override
  boolean run(Session session, List<String> operands) {
    session.because("'" + word + "' is not available yet.");
    return false;
  }
}
