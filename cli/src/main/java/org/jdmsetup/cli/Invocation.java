package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.cli.command.Command;
import org.jdmsetup.cli.command.Commands;
import org.jdmsetup.cli.command.HelpCommand;
import org.jdmsetup.cli.command.JsonCommand;
import org.jdmsetup.cli.command.SelectedCommand;
import org.jdmsetup.cli.command.TableInput;
import org.jdmsetup.cli.command.VersionCommand;
import org.jdmsetup.cli.option.Cookie;
import org.jdmsetup.cli.option.NameStyle;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.OptionParser;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.cli.option.PrefixList;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.output.Usage;
import org.jdmsetup.cli.report.CountingLoop;
import org.jdmsetup.cli.report.FieldList;
import org.jdmsetup.cli.report.SizeUnits;
import org.jdmsetup.cli.report.TreeOptions;
import org.jdmsetup.cli.session.ColumnReport;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.system.CharacterSet;
import org.jdmsetup.ioctl.system.Terminal;
import org.jdmsetup.tables.text.Nearest;

/**
 * One run of dmsetup from its words to its exit status: reads the options, finds the command,
 * checks what may be checked before it runs, and runs it for each operand and as often as asked.
 */
final class Invocation {
  private static final int SUCCESS = 0;
  private static final int FAILURE = 1;

  private final Personality personality;
  private final String argv0;
  private final Surroundings surroundings;
  private final Output out;
  private final Output err;

  Invocation(String argv0, Surroundings surroundings, Output out, Output err) {
    this.personality = Personality.of(argv0);
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
    switch (personality) {
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
      suggestOption(parser.unrecognized());
      parser.advice().forEach(advice -> err.print("dmsetup: ").line(advice));
      return parser.saw(Opt.HELP) || parser.saw(Opt.VERSION) ? SUCCESS : FAILURE;
    }
    List<String> operands = options.operands();
    if (options.has(Opt.HELP)) {
      err.print(usage(operands));
      if (options.has(Opt.COLUMNS)) {
        FieldList.print(err::line);
      }
      return SUCCESS;
    }
    apply(options, settings);
    try (Session session = new Session(options, settings, surroundings, out, err)) {
      parser.advice().forEach(session::remark);
      return run(session);
    }
  }

  private int runLosetup(String[] words, Settings settings) {
    Losetup losetup = new Losetup(personality.word(), argv0, settings, surroundings, err);
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
    List<String> operands = session.options().operands();
    if (session.has(Opt.VERSION)) {
      runCommand(session, new VersionCommand(), List.of());
      return SUCCESS;
    }
    if (operands.isEmpty()) {
      err.print(usage(operands));
      return FAILURE;
    }
    if (personality == Personality.DMSTATS) {
      return operands.get(0).equals("help") ? help(operands) : notYet("dmstats");
    }
    return run(session, operands.get(0), operands.subList(1, operands.size()));
  }

  private int run(Session session, String word, List<String> operands) {
    Command command = Commands.of(word);
    if (command == null) {
      err.line("Unknown command.").print(Usage.dmsetup());
      suggest("", Nearest.to(word, Commands.words()));
      return FAILURE;
    }
    if (!command.takes(operands)) {
      err.line("Incorrect number of arguments.").print(usage(List.of(word)));
      if (TableInput.isTableInWords(word, operands)) {
        err.line("dmsetup: a table on the command line is one word, in quotes, behind --table.");
      } else if (command instanceof HelpCommand && operands.size() == 1) {
        suggest("help ", Nearest.to(operands.get(0), Commands.words()));
      }
      return FAILURE;
    }
    Options options = session.options();
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
    if (!readStyle(session, columns)) {
      return FAILURE;
    }
    setUpUdev(session);
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
      return repeat(session, new SelectedCommand(command, report), operands, true);
    }
    session.report(report);
    return repeat(session, command, operands, report != null);
  }

  private void setUpUdev(Session session) {
    Settings settings = session.settings();
    Options options = session.options();
    if (options.has(Opt.NOUDEVSYNC) && settings.udevDisabled()) {
      session.mapper().checkUdev();
    }
    int cookie = options.value(Opt.UDEVCOOKIE, 0);
    String text = surroundings.environment().getOrDefault("DM_UDEV_COOKIE", "");
    if (cookie == 0 && !text.isEmpty()) {
      cookie = Cookie.parse(text);
      if (cookie == 0) {
        err.line(Cookie.INCORRECT);
      }
    }
    settings.udevCookie(cookie);
  }

  /** Reads what {@code -o} means outside reports. */
  private boolean readStyle(Session session, boolean columns) {
    String list = session.options().text(Opt.OPTIONS);
    boolean tree = session.has(Opt.TREE);
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
    TreeOptions options = TreeOptions.of(list, CharacterSet.isUtf8(surroundings.environment()));
    return surroundings.standard() ? options.terminal(Terminal.columns()) : options;
  }

  /**
   * @param reporting whether the rounds are reports, which an empty line separates
   */
  private int repeat(Session session, Command command, List<String> operands, boolean reporting) {
    Options options = session.options();
    boolean repeated = CountingLoop.isRepeated(options.text(Opt.OPTIONS));
    boolean waiting = reporting || options.has(Opt.INTERVAL);
    CountingLoop loop =
        new CountingLoop(
            repeated ? options.<Integer>value(Opt.COUNT, -1) : 1,
            repeated ? options.<Integer>value(Opt.INTERVAL, 0) : 0,
            waiting ? CountingLoop.Clock.SYSTEM : CountingLoop.Clock.STANDING,
            session);
    CountingLoop.Round round =
        new CountingLoop.Round() {
          @Override
          public boolean run(boolean again) {
            boolean good = runCommand(session, command, operands) == SUCCESS;
            if (good && again) {
              out.print(reporting && !options.has(Opt.JSON) ? "\n" : "").flush();
            }
            return good;
          }
        };
    return loop.run(round) ? SUCCESS : FAILURE;
  }

  private int runCommand(Session session, Command command, List<String> operands) {
    boolean repeats = command.repeats() || command.takesSelection();
    Options options = session.options();
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
      session.makeRemarks();
      return SUCCESS;
    }
    if (command.saysThatItFailed()) {
      err.line("Command failed.");
    }
    session.makeRemarks();
    session.explain();
    return FAILURE;
  }

  private int help(List<String> operands) {
    err.print(usage(operands));
    return SUCCESS;
  }

  private String usage(List<String> operands) {
    if (personality == Personality.DMSTATS) {
      return Usage.stats("dmstats");
    }
    boolean stats = !operands.isEmpty() && operands.get(0).equals("stats");
    return stats ? Usage.stats("dmsetup stats") : Usage.dmsetup();
  }

  private int notYet(String what) {
    err.print("dmsetup: ").print(what).line(" is not available yet.");
    return FAILURE;
  }

  private void suggestOption(String unrecognized) {
    if (unrecognized == null) {
      return;
    }
    String[] known = new String[Opt.number()];
    for (int i = 0; i < known.length; i++) {
      known[i] = Opt.at(i).word();
    }
    suggest("--", Nearest.to(unrecognized, known));
  }

  /**
   * @param before what comes before the word
   * @param word null if none is near
   */
  private void suggest(String before, String word) {
    if (word != null) {
      err.print("dmsetup: did you mean '").print(before).print(word).line("'?");
    }
  }

  private static void apply(Options options, Settings settings) {
    settings.mangling(options.value(Opt.MANGLENAME, settings.mangling()));
    settings.backend(options.value(Opt.BACKEND, settings.backend()));
    settings.forceLoad(options.has(Opt.FORCE_LOAD));
    settings.keepEngine(options.has(Opt.KEEP_ENGINE));
    settings.udevRules(settings.udevRules() && !options.has(Opt.NOUDEVRULES));
    settings.udevSync(!options.has(Opt.NOUDEVSYNC));
    settings.verifyUdev(options.has(Opt.VERIFYUDEV));
  }
}
