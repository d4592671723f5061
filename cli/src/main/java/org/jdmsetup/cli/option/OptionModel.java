package org.jdmsetup.cli.option;

import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The option table as a picocli model, built by hand because reading annotations takes longer than
 * most commands run. picocli gives the words, once {@link GetoptWords} has taken them apart, their
 * types and their values.
 */
public final class OptionModel {
  static final String OPERANDS = "OPERANDS";

  /** Before the operands: no word, as two dashes may be an option's argument. */
  public static final String END_OF_OPTIONS = "\0";

  private OptionModel() {}

  /**
   * @param wanted the options to include: those on the command line are enough to parse it
   */
  static CommandSpec of(EnumSet<Opt> wanted) {
    CommandSpec spec = CommandSpec.create().name("dmsetup");
    spec.parser()
        .overwrittenOptionsAllowed(true)
        .allowOptionsAsOptionParameters(true)
        .expandAtFiles(false)
        .trimQuotes(false)
        .endOfOptionsDelimiter(END_OF_OPTIONS)
        .separator("=");
    spec.interpolateVariables(false);
    for (Opt opt : wanted) {
      spec.addOption(option(opt));
    }
    return spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel(OPERANDS)
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .build());
  }

  /**
   * Gives canonical words ({@code --word}, {@code --word=argument}, {@link #END_OF_OPTIONS})
   * values.
   */
  public static CommandLine.ParseResult parse(EnumSet<Opt> wanted, List<String> canonical) {
    return new CommandLine(of(wanted)).parseArgs(canonical.toArray(new String[0]));
  }

  private static OptionSpec option(Opt opt) {
    String longForm = "--" + opt.word();
    OptionSpec.Builder builder =
        opt.letter() == '\0'
            ? OptionSpec.builder(longForm)
            : OptionSpec.builder(longForm, "-" + opt.letter());
    switch (opt.kind()) {
      case FLAG:
        return builder.arity("0").type(boolean[].class).auxiliaryTypes(boolean.class).build();
      case NUMBER:
        return builder.arity("1").type(Integer.class).converters(new Decimal()).build();
      case OCTAL:
        return builder.arity("1").type(Integer.class).converters(new Octal()).build();
      default:
        return builder.arity("1").type(String.class).build();
    }
  }

  /** C's {@code atoi}. */
  private static final class Decimal implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return CNumber.atoi(text);
    }
  }

  /** C's {@code strtol} in base 8. */
  private static final class Octal implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) CNumber.read(text, 8).value;
    }
  }
}
