package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.cli.command.VersionCommand;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.OptionParser;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.output.Usage;
import org.jdmsetup.cli.report.FieldList;
import org.jdmsetup.cli.session.DriverOptions;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.ioctl.Settings;

/**
 * One run of the tool that the program's name stands for, from its words to its exit status: reads
 * the options, answers those that stand for a command ({@code --help}, {@code --version}), and
 * leaves all else to the command ({@link CommandRun}).
 */
final class Invocation {
  private static final int SUCCESS = CommandRun.SUCCESS;
  private static final int FAILURE = CommandRun.FAILURE;

  private final ToolName tool;
  private final String argv0;
  private final Surroundings surroundings;
  private final Output out;
  private final Output err;

  Invocation(String argv0, Surroundings surroundings, Output out, Output err) {
    this.tool = ToolName.of(argv0);
    this.argv0 = argv0;
    this.surroundings = surroundings;
    this.out = out;
    this.err = err;
  }

  int run(String[] words) {
    Settings settings;
    try {
      settings = Settings.of(surroundings.environment());
    } catch (IllegalArgumentException e) {
      err.line(e.getMessage());
      return FAILURE;
    }
    switch (tool) {
      case DEVMAP_NAME:
        try (Session session = new Session(null, settings, surroundings, out, err)) {
          return new DevmapName(session).run(words);
        }
      case LOSETUP:
      case DMLOSETUP:
        return runLosetup(words, settings);
      default:
        return run(words, settings);
    }
  }

  private int run(String[] words, Settings settings) {
    OptionParser parser = new OptionParser(argv0, err);
    Options options =
        parser.parse(words, surroundings.environment().containsKey("POSIXLY_CORRECT"));
    if (options == null) {
      err.line("Couldn't process command line.");
      if (parser.unrecognized() != null) {
        Suggestion.printOption(err, parser.unrecognized());
      }
      for (String advice : parser.advice()) {
        err.print("dmsetup: ").line(advice);
      }
      return parser.saw(Opt.HELP) || parser.saw(Opt.VERSION) ? SUCCESS : FAILURE;
    }
    if (options.has(Opt.HELP)) {
      err.print(usage(options.operands()));
      if (options.has(Opt.COLUMNS)) {
        FieldList.print(err::line);
      }
      return SUCCESS;
    }
    DriverOptions.apply(options, settings);
    try (Session session = new Session(options, settings, surroundings, out, err)) {
      for (String advice : parser.advice()) {
        session.remark(advice);
      }
      return run(session);
    }
  }

  private int runLosetup(String[] words, Settings settings) {
    Losetup losetup = new Losetup(tool.programName(), argv0, settings, surroundings, err);
    Options options = losetup.parse(words);
    if (options == null) {
      err.line("Couldn't process command line.");
      return FAILURE;
    }
    try (Session session = new Session(options, settings, surroundings, out, err)) {
      return run(session);
    }
  }

  private int run(Session session) {
    CommandRun run = new CommandRun(session, err);
    if (session.has(Opt.VERSION)) {
      run.runOnce(new VersionCommand(), List.of());
      return SUCCESS;
    }
    List<String> operands = session.options().operands();
    if (operands.isEmpty()) {
      err.print(usage(operands));
      return FAILURE;
    }
    String word = operands.get(0);
    if (tool != ToolName.DMSTATS) {
      return run.run(word, operands.subList(1, operands.size()));
    }
    if (word.equals("help")) {
      err.print(usage(operands));
      return SUCCESS;
    }
    err.line("dmsetup: dmstats is not available yet.");
    return FAILURE;
  }

  private String usage(List<String> operands) {
    return tool == ToolName.DMSTATS
        ? Usage.stats("dmstats")
        : Usage.ofCommand(operands.isEmpty() ? "" : operands.get(0));
  }
}
