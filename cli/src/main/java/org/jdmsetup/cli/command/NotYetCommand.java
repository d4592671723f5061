package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.session.Session;

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
  int minOperands() {
    return least;
  }

  @Override
  int maxOperands() {
    return most;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    session.keepReason("'" + word + "' is not available yet.");
    return false;
  }
}
