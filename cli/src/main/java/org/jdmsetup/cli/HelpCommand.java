package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.cli.report.FieldList;

/** {@code help}: the usage text, with {@code -c} followed by the fields of reports. */
final class HelpCommand extends Command {

  @Override
  boolean run(Session session, List<String> operands) {
    session.usage(Usage.dmsetup());
    if (session.report() != null) {
      FieldList.print(session);
    }
    return true;
  }
}
