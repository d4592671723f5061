package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.cli.command.Command;
import org.jdmsetup.cli.command.Commands;
import org.jdmsetup.cli.command.HelpCommand;
import org.jdmsetup.cli.command.JsonCommand;
import org.jdmsetup.cli.command.SelectedCommand;
import org.jdmsetup.cli.command.TableInput;
import org.jdmsetup.cli.option.NameStyle;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.cli.option.PrefixList;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.output.Usage;
import org.jdmsetup.cli.report.CountingLoop;
import org.jdmsetup.cli.report.SizeUnits;
import org.jdmsetup.cli.report.TreeOptions;
import org.jdmsetup.cli.session.ColumnReport;
import org.jdmsetup.cli.session.DriverOptions;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.ioctl.system.CharacterSet;
import org.jdmsetup.ioctl.system.Terminal;
import org.jdmsetup.tables.text.Nearest;

/**
 * The command of a command line: found by its word, checked against operands and options as far as
 * that goes before it runs, and run for each operand and as often as asked.
 */
final class CommandRun {
  static final int SUCCESS = 0;
  static final int FAILURE = 1;

  private final Session session;
  private final Output err;
  private final Options options;

  CommandRun(Session session, Output err) {
    this.session = session;
    this.err = err;
    this.options = session.options();
  }

  /**
   * Runs the command of a word.
   *
   * @return the exit status
   */
  int run(String word, List<String> operands) {
    Command command = Commands.of(word);
    if (command == null) {
      err.line("Unknown command.").print(Usage.dmsetup());
      Suggestion.print(err, "", Nearest.to(word, Commands.words()));
      return FAILURE;
    }
    if (!command.takes(operands)) {
      err.line("Incorrect number of arguments.").print(Usage.ofCommand(word));
      if (TableInput.isTableInWords(word, operands)) {
        err.line("dmsetup: a table on the command line is one word, in quotes, behind --table.");
      } else if (command instanceof HelpCommand && operands.size() == 1) {
        Suggestion.print(err, "help ", Nearest.to(operands.get(0), Commands.words()));
      }
      return FAILURE;
    }
    if (options.has(Opt.JSON)) {
      command = JsonCommand.of(word, command);
      if (command == null || options.has(Opt.TREE) || options.has(Opt.EXEC)) {
        err.line(
            "--json is for info, ls, status, table, deps and targets, without --tree or --exec.");
        return FAILURE;
      }
    }
    boolean selecting = options.has(Opt.SELECT) && command.takesSelection();
    boolean columns = options.has(Opt.COLUMNS) || command.isReport();
    if (!readStyle(columns)) {
      return FAILURE;
    }
    DriverOptions.setUpUdev(session);
    ColumnReport report = null;
    if (selecting || columns) {
      if (!selecting && !command.isSortable() && options.has(Opt.SORT)) {
        err.line("--sort is not yet supported with status and table.");
        return FAILURE;
      }
      report = ColumnReport.open(session, command.request());
      if (report == null) {
        return FAILURE;
      }
    }
    if (options.has(Opt.UNITS) && SizeUnits.of(options.text(Opt.UNITS)) == null) {
      err.line("Invalid --units argument.");
      return FAILURE;
    }
    if (selecting) {
      return repeat(new SelectedCommand(command, report), operands, true);
    }
    session.report(report);
    return repeat(command, operands, report != null);
  }

  /** Reads what {@code -o} means outside reports. */
  private boolean readStyle(boolean columns) {
    String list = options.text(Opt.OPTIONS);
    boolean tree = options.has(Opt.TREE);
    String rest;
    try {
      if (tree) {
        session.treeOptions(treeOptions(list));
      } else if (!columns) {
        session.nameStyle(NameStyle.of(list));
      }
      return true;
    } catch (PrefixList.UnknownElementException | IllegalArgumentException e) {
      rest = e.getMessage();
    }
    err.print(tree ? "Tree options" : "Option").print(" not recognised: ").print(rest).line(".");
    err.line("Couldn't process command line.");
    return false;
  }

  private TreeOptions treeOptions(String list) {
    Surroundings surroundings = session.surroundings();
    TreeOptions tree = TreeOptions.of(list, CharacterSet.isUtf8(surroundings.environment()));
    return surroundings.ownStreams() ? tree.terminal(Terminal.columns()) : tree;
  }

  /**
   * @param reporting whether the rounds are reports, which an empty line separates
   */
  private int repeat(Command command, List<String> operands, boolean reporting) {
    boolean repeated = CountingLoop.isRepeated(options.text(Opt.OPTIONS));
    boolean waiting = reporting || options.has(Opt.INTERVAL);
    CountingLoop loop =
        new CountingLoop(
            repeated ? options.<Integer>value(Opt.COUNT, -1) : 1,
            repeated ? options.<Integer>value(Opt.INTERVAL, 0) : 0,
            waiting ? CountingLoop.Clock.SYSTEM : CountingLoop.Clock.STANDING,
            session.err());
    CountingLoop.Round round =
        new CountingLoop.Round() {
          @Override
          public boolean run(boolean again) {
            boolean good = runOnce(command, operands) == SUCCESS;
            if (good && again) {
              session.out().print(reporting && !options.has(Opt.JSON) ? "\n" : "").flush();
            }
            return good;
          }
        };
    return loop.run(round) ? SUCCESS : FAILURE;
  }

  /** One round: the command for each of its operands, and what is said at its end. */
  int runOnce(Command command, List<String> operands) {
    boolean repeats = command.repeats() || command.takesSelection();
    session.multiple(
        repeats
            && operands.size() != 1
            && (!operands.isEmpty() || !(options.has(Opt.UUID) || options.has(Opt.MAJOR))));
    int runs = repeats ? Math.max(1, operands.size()) : 1;
    boolean good = true;
    for (int i = 0; good && i < runs; i++) {
      good = command.run(session, runs > 1 ? operands.subList(i, i + 1) : operands);
    }
    command.end(session);
    if (session.report() != null) {
      session.report().print();
    }
    if (good) {
      session.err().printRemarks();
      return SUCCESS;
    }
    if (command.saysThatItFailed()) {
      err.line("Command failed.");
    }
    session.err().printRemarks();
    session.err().printReasons();
    return FAILURE;
  }
}
