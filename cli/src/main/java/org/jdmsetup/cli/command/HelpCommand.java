package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.manual.Manual;
import org.jdmsetup.cli.output.Usage;
import org.jdmsetup.cli.report.FieldList;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.tables.ByteText;

/**
 * {@code help}: the usage text, with {@code -c} followed by the fields of reports; with the name of
 * a command, which dmsetup refuses, what the manual says of it.
 */
public final class HelpCommand extends Command {

  /** A word that is no command is one word too many, as for dmsetup. */
  @Override
  public boolean takes(List<String> operands) {
    return operands.isEmpty()
        || (operands.size() == 1 && new Manual().help(operands.get(0)) != null);
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    if (!operands.isEmpty()) {
      session.out().print(ByteText.ofUnicode(new Manual().help(operands.get(0))));
      return true;
    }
    session.err().usage(Usage.dmsetup());
    if (session.report() != null) {
      FieldList.print(session.err());
    }
    return true;
  }
}
