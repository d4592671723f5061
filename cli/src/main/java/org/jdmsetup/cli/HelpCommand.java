package org.jdmsetup.cli;

import java.util.List;

/** {@code help}: the usage text. */
final class HelpCommand extends Command {

  @Override
  boolean hasReport() {
    return true;
  }

  @Override
  boolean run(Session session, List<String> operands) {
    session.usage(Usage.dmsetup());
    return true;
  }
}
