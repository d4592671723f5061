package org.jdmsetup.cli.option;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.cli.output.Output;
import picocli.CommandLine.TypeConversionException;

/**
 * From words to {@link Options}, with the complaints that dmsetup has while it reads them and after
 * it has read them all, in its order.
 */
public final class OptionParser {
  private final String argv0;
  private final Output err;
  private final Options options = new Options();
  private final List<String> advice = new ArrayList<>();
  private String unrecognized;

  public OptionParser(String argv0, Output err) {
    this.argv0 = argv0;
    this.err = err;
  }

  /** Returns the options, or null after an error was printed. */
  public Options parse(String[] arguments, boolean operandsEndOptions) {
    GetoptWords words = GetoptWords.of(arguments, operandsEndOptions);
    while (words.nextOption()) {
      if (!accept(words.option(), words.argument())) {
        return null;
      }
    }
    if (words.error() != null) {
      err.print(argv0).print(": ").line(words.error());
      unrecognized = words.unrecognized();
      return null;
    }
    options.operands(words.operands());
    return checkCombination() ? options : null;
  }

  /** Whether this flag was seen, even if an error followed. */
  public boolean saw(Opt flag) {
    return options.has(flag);
  }

  /** What should be said about numbers that were read otherwise than they were typed. */
  public List<String> advice() {
    return advice;
  }

  /** The long option that is unknown and ended the parsing, without its dashes; or null. */
  public String unrecognized() {
    return unrecognized;
  }

  private boolean accept(Opt opt, String argument) {
    if (opt.kind() == Opt.Kind.FLAG) {
      options.give(opt);
      return true;
    }
    if (opt.kind().isReadByAtoi()) {
      adviseOn(opt, argument);
    } else if (opt == Opt.READAHEAD && !ArgumentConverter.isReadAheadWord(argument)) {
      adviseOn(opt, argument.startsWith("+") ? argument.substring(1) : argument);
    }
    Object value;
    try {
      value = options.give(opt, argument);
    } catch (TypeConversionException e) {
      if (opt == Opt.MODE) {
        advice.add("--mode is a number in octal digits other than 0, such as 660.");
      }
      return fail(e.getMessage());
    }
    if (opt == Opt.UDEVCOOKIE && value.equals(0)) {
      err.line(Cookie.INCORRECT);
    }
    return true;
  }

  /** What is no number is 0 to the C library, and what follows one is left out. */
  private void adviseOn(Opt opt, String argument) {
    String misread = CNumber.misread(argument);
    if (!misread.isEmpty()) {
      advice.add("--" + opt.word() + " " + misread);
    }
  }

  /** Whether the options may stand together; complains about the first that may not. */
  private boolean checkCombination() {
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
