package org.jdmsetup.cli.option;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.report.Headings;
import org.jdmsetup.ioctl.Backend;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.tables.Errno;

/**
 * From words to {@link Options}, with the complaints that dmsetup has while it reads them and after
 * it has read them all, in its order.
 */
public final class OptionParser {
  private final String argv0;
  private final Output err;
  private final EnumSet<Opt> given = EnumSet.noneOf(Opt.class);
  private final List<String> canonical = new ArrayList<>();
  private final List<String> advice = new ArrayList<>();
  private String senselessOption;

  public OptionParser(String argv0, Output err) {
    this.argv0 = argv0;
    this.err = err;
  }

  /** Returns the options, or null after an error was printed. */
  public Options parse(String[] arguments, boolean operandsEndOptions) {
    GetoptWords words = GetoptWords.of(arguments, operandsEndOptions);
    while (words.nextOption()) {
      Opt opt = words.option();
      String argument = words.argument();
      if (!accept(opt, argument)) {
        return null;
      }
      given.add(opt);
      canonical.add(
          opt.kind() == Opt.Kind.FLAG ? "--" + opt.word() : "--" + opt.word() + "=" + argument);
    }
    if (words.error() != null) {
      err.print(argv0).print(": ").line(words.error());
      senselessOption = words.unrecognized();
      return null;
    }
    canonical.add(OptionModel.END_OF_OPTIONS);
    canonical.addAll(words.operands());
    Options options = new Options(OptionModel.parse(given, canonical), words.operands());
    return agree(options) ? options : null;
  }

  /** Whether this flag was seen, even if an error followed. */
  public boolean saw(Opt flag) {
    return given.contains(flag);
  }

  /** What should be said about numbers that were read otherwise than they were typed. */
  public List<String> advice() {
    return advice;
  }

  /** The long option that nobody knows and that ended the parsing, without its dashes; or null. */
  public String senselessOption() {
    return senselessOption;
  }

  private boolean accept(Opt opt, String argument) {
    if (opt.kind() == Opt.Kind.NUMBER) {
      readAsNumber(opt, argument);
    }
    switch (opt) {
      case COUNT:
        return CNumber.atoi(argument) >= 0 || fail("Count must be zero or greater.");
      case INTERVAL:
        return CNumber.atoi(argument) > 0 || fail("Interval must be a positive integer.");
      case MODE:
        CNumber mode = CNumber.read(argument, 8);
        if (mode.end == argument.length() && (int) mode.value != 0 && !mode.overflowed) {
          return true;
        }
        advice.add("--mode is a number in octal digits other than 0, such as 660.");
        return fail(
            "Invalid argument for --mode: "
                + argument
                + ". "
                + (mode.overflowed ? Errno.ERANGE.text() : ""));
      case MANGLENAME:
        return Mangling.ofWord(argument) != null || fail("Unknown name mangling mode.");
      case READAHEAD:
        int readAhead = Options.readAhead(argument);
        if (!argument.equalsIgnoreCase("auto") && !argument.equalsIgnoreCase("none")) {
          readAsNumber(opt, argument.startsWith("+") ? argument.substring(1) : argument);
        }
        return readAhead >= Options.READ_AHEAD_AUTO
            || fail("Negative read ahead value (" + readAhead + ") is not understood.");
      case UDEVCOOKIE:
        if (Cookie.parse(argument) == 0) {
          err.line(Cookie.INCORRECT);
        }
        return true;
      case HEADINGS:
        return Headings.ofWord(argument) != null || fail("Unknown headings type.");
      case BACKEND:
        return Backend.ofWord(argument) != null
            || fail("Unknown backend '" + argument + "': it is auto, kernel or engine.");
      default:
        return true;
    }
  }

  /** What is no number is 0 to the C library, and what follows one is left out. */
  private void readAsNumber(Opt opt, String argument) {
    String misread = CNumber.misread(argument);
    if (!misread.isEmpty()) {
      advice.add("--" + opt.word() + " " + misread);
    }
  }

  private boolean agree(Options options) {
    if (options.has(Opt.MAJOR) != options.has(Opt.MINOR)) {
      return fail("Please specify both major number and minor number.");
    }
    if (options.has(Opt.TABLE) && options.has(Opt.NOTABLE)) {
      return fail("--table and --notable are incompatible.");
    }
    if (options.has(Opt.ADDNODEONRESUME) && options.has(Opt.ADDNODEONCREATE)) {
      return fail("--addnodeonresume and --addnodeoncreate are incompatible.");
    }
    return true;
  }

  private boolean fail(String line) {
    err.line(line);
    return false;
  }
}
