package org.jdmsetup.cli.option;

import java.util.List;
import java.util.Locale;
import org.jdmsetup.cli.report.Headings;
import org.jdmsetup.ioctl.Backend;
import org.jdmsetup.ioctl.ReadAhead;
import org.jdmsetup.ioctl.buffer.Mangling;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options as a picocli model: whether one takes an argument, of which type, which words suit
 * it, and what makes a value of it. A command line makes the models of the options that stand on it
 * and keeps their values in them ({@link Options}); the completion scripts are made of all.
 *
 * <p>picocli's own parser is not used: {@link GetoptWords} takes the words apart. Scripts rely on
 * what {@code getopt_long} does, and on its messages, and picocli 4.7 differs from it where it has
 * no setting: the argument in {@code -u=x} is {@code x} to picocli and {@code =x} to getopt; if
 * beginnings of long options stand for them, then also those of options that only we have; and when
 * an argument is missing, it does not tell whether {@code -u} or {@code --uuid} was typed, which
 * getopt's message shows. Words that were taken apart already need not be parsed once more for the
 * values alone: those are set in the model directly, which starts a command faster.
 */
public final class OptionModel {
  private OptionModel() {}

  /**
   * All options.
   *
   * @throws picocli.CommandLine.DuplicateOptionAnnotationsException if two have a form in common
   */
  public static CommandSpec all() {
    CommandSpec spec = CommandSpec.create().name("dmsetup");
    for (int i = 0; i < Opt.count(); i++) {
      spec.addOption(of(Opt.at(i)));
    }
    return spec;
  }

  /** A model of the option, without a value. */
  static OptionSpec of(Opt opt) {
    OptionSpec.Builder builder = OptionSpec.builder("--" + opt.word());
    if (opt.letter() != '\0') {
      builder.names("--" + opt.word(), "-" + opt.letter());
    }
    Opt.Kind kind = opt.kind();
    if (kind == Opt.Kind.FLAG) {
      return builder.arity("0").type(Integer.class).build();
    }
    builder.arity("1").converters(new ArgumentConverter(kind));
    return switch (kind) {
      case TEXT -> builder.type(String.class).build();
      case MANGLING -> choice(builder, Mangling.class, "auto", "hex", "none");
      case READ_AHEAD ->
          choice(builder, ReadAhead.class, ArgumentConverter.AUTO, ArgumentConverter.NONE);
      case HEADINGS -> choice(builder, Headings.class, lowerCase(Headings.values()));
      case BACKEND -> choice(builder, Backend.class, lowerCase(Backend.values()));
      default -> builder.type(Integer.class).build();
    };
  }

  private static OptionSpec choice(OptionSpec.Builder builder, Class<?> type, String... words) {
    return builder.type(type).completionCandidates(List.of(words)).build();
  }

  private static String[] lowerCase(Enum<?>[] values) {
    String[] words = new String[values.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = values[i].name().toLowerCase(Locale.ROOT);
    }
    return words;
  }
}
