package org.jdmsetup.cli.option;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * The options and operands of one command line, with their values. Each option that is given has
 * its picocli model, which checks and converts the argument and holds the value; the others have
 * none, so that a plain command need not load picocli.
 */
public final class Options {
  private final OptionSpec[] given = new OptionSpec[Opt.count()];
  private List<String> operands = List.of();

  /** Notes that a flag was given, once more perhaps. */
  public void give(Opt flag) {
    OptionSpec model = model(flag);
    int before = count(flag);
    model.setValue(before + 1);
    given[flag.ordinal()] = model;
  }

  /**
   * Notes an option with its argument, instead of the one it had before.
   *
   * @return the value that the argument has
   * @throws TypeConversionException if the argument will not do; the message is dmsetup's line
   */
  public Object give(Opt opt, String argument) {
    OptionSpec model = model(opt);
    Object value = ((ArgumentConverter) model.converters()[0]).convert(argument);
    model.setValue(value);
    given[opt.ordinal()] = model;
    return value;
  }

  /** Sets all words that are not options, the command first. */
  public void operands(List<String> words) {
    operands = words;
  }

  public boolean has(Opt opt) {
    return given[opt.ordinal()] != null;
  }

  /** How often a flag was given. */
  public int count(Opt flag) {
    return value(flag, 0);
  }

  /** The argument last given, or null. */
  public String text(Opt opt) {
    return value(opt, null);
  }

  /** The value of the argument last given, of the type of the option's kind; or another one. */
  public <T> T value(Opt opt, T otherwise) {
    OptionSpec model = given[opt.ordinal()];
    return model == null ? otherwise : model.getValue();
  }

  /** The argument of {@code --major}, of which a negative one is as good as 0; -1 without it. */
  public int major() {
    return has(Opt.MAJOR) ? Math.max(0, this.<Integer>value(Opt.MAJOR, 0)) : -1;
  }

  /** All words that are not options, the command first. */
  public List<String> operands() {
    return operands;
  }

  private OptionSpec model(Opt opt) {
    OptionSpec model = given[opt.ordinal()];
    return model == null ? OptionModel.of(opt) : model;
  }
}
