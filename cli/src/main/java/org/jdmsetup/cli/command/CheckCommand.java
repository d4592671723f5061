package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.tables.check.ConciseCheck;
import org.jdmsetup.tables.check.Finding;
import org.jdmsetup.tables.check.TableCheck;
import org.jdmsetup.tables.text.Position;

/**
 * {@code check}, which dmsetup has not: everything that is wrong with a table or a concise text, a
 * line each, without asking any driver or opening any device.
 */
final class CheckCommand extends Command {

  @Override
  int maxOperands() {
    return 1;
  }

  @Override
  public boolean saysThatItFailed() {
    return false;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    String source;
    String text;
    if (session.has(Opt.TABLE)) {
      source = "<table>";
      text = session.options().text(Opt.TABLE);
    } else if (operands.isEmpty() || operands.get(0).equals("-")) {
      source = "<stdin>";
      text = TableInput.standardInput(session);
    } else {
      source = operands.get(0);
      text = TableInput.fileText(session, source);
    }
    if (text == null) {
      return false;
    }
    List<Finding> findings = findings(session, text);
    for (Finding finding : findings) {
      Position at = finding.position();
      session
          .err()
          .accept(
              source
                  + ":"
                  + at.line()
                  + ":"
                  + at.column()
                  + ": "
                  + finding.found()
                  + ": expected "
                  + finding.expected());
    }
    if (findings.isEmpty() && session.verbose()) {
      session.out().print(source).line(": ok");
    }
    return findings.isEmpty();
  }

  private static List<Finding> findings(Session session, String text) {
    boolean concise = session.has(Opt.CONCISE) || ConciseCheck.looksConcise(text);
    if (concise) {
      return ConciseCheck.of(text);
    }
    boolean empty = text.lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"));
    return empty
        ? List.of(new Finding(new Position(1, 1), "no rules", "START LENGTH TYPE PARAMETERS"))
        : TableCheck.of(text);
  }
}
