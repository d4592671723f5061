package org.jdmsetup.cli.manual;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jdmsetup.cli.option.OptionModel;
import org.jdmsetup.cli.report.Field;
import org.jdmsetup.cli.report.FieldGroup;
import org.jdmsetup.cli.report.TreeOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The completion scripts for bash, zsh and fish: what the {@link Manual} knows of commands and
 * options, and the {@link OptionModel} of their arguments, put into the templates that lie beside
 * this class. Device names and target types are asked for while one types.
 */
final class Completion {
  private final Manual manual;
  private final CommandSpec model = OptionModel.all();

  Completion(Manual manual) {
    this.manual = manual;
  }

  String bash() {
    return filled("completion.bash");
  }

  String zsh() {
    return filled("completion.zsh");
  }

  String fish() {
    StringBuilder script = new StringBuilder(filled("completion.fish"));
    String none = "__dmsetup_no_command";
    for (String command : manual.commands()) {
      script.append("complete -c dmsetup -n ").append(none).append(" -a ").append(command);
      script.append(" -d ").append(quoted(manual.summary(command))).append('\n');
    }
    for (String option : manual.options()) {
      String[] forms = manual.form(option).split(", ");
      script.append("complete -c dmsetup");
      List<String> users =
          manual.commands().stream()
              .filter(command -> manual.options(command).contains(option))
              .toList();
      if (!users.isEmpty()) {
        script.append(" -n '__dmsetup_command ").append(String.join(" ", users)).append("'");
      }
      for (int i = 0; i + 1 < forms.length; i++) {
        script.append(" -s ").append(forms[i].charAt(1));
      }
      script.append(" -l ").append(option);
      if (takesArgument(option)) {
        script.append(" -x").append(arguments(option));
      }
      script.append(" -d ").append(quoted(manual.meaning(option))).append('\n');
    }
    return script.toString();
  }

  private String arguments(String option) {
    String words = words(model.findOption(option));
    if (!words.isEmpty()) {
      return " -a '" + words + "'";
    }
    return switch (option) {
      case "target" -> " -a '(__dmsetup_types)'";
      case "options", "sort" -> " -a '(__fish_append , (__dmsetup_columns))'";
      default -> "";
    };
  }

  private boolean takesArgument(String option) {
    return model.findOption(option).arity().max() > 0;
  }

  private String filled(String name) {
    String text = template(name);
    for (OptionSpec option : model.options()) {
      String place = "@" + option.longestName().substring(2).toUpperCase(Locale.ROOT) + "@";
      String words = words(option);
      text = words.isEmpty() ? text : text.replace(place, words);
    }
    return text.replace("@COMMANDS@", String.join(" ", manual.commands()))
        .replace("@OPTIONS@", optionCases())
        .replace("@ALL_OPTIONS@", dashed(manual.options()))
        .replace("@WITH_ARGUMENT@", withArgument())
        .replace("@FIELDS@", fields())
        .replace("@TREE_OPTIONS@", String.join(" ", TreeOptions.words()));
  }

  /** The words that suit an option, if it is one that takes few; else nothing. */
  private static String words(OptionSpec option) {
    Iterable<String> words = option.completionCandidates();
    return words == null ? "" : String.join(" ", words);
  }

  /** Lines of a shell's case: the options of each command. */
  private String optionCases() {
    StringBuilder cases = new StringBuilder();
    for (String command : manual.commands()) {
      List<String> options = manual.options(command);
      cases.append("    ").append(command).append(") options='").append(dashed(options));
      cases.append("' ;;\n");
    }
    return cases.toString().stripTrailing();
  }

  private static String dashed(List<String> options) {
    return options.stream().map(option -> "--" + option).collect(Collectors.joining(" "));
  }

  /** A shell's pattern for the options whose argument may be the next word. */
  private String withArgument() {
    return manual.options().stream()
        .filter(this::takesArgument)
        .flatMap(option -> List.of(manual.form(option).split(" [A-Z]+$")[0].split(", ")).stream())
        .collect(Collectors.joining("|"));
  }

  private static String fields() {
    Predicate<Field> ofDevices = field -> field.group() != FieldGroup.STATS;
    return List.of(Field.values()).stream()
        .filter(ofDevices)
        .map(Field::id)
        .filter(id -> id.matches("[a-z_]+"))
        .map(id -> id.toLowerCase(Locale.ROOT))
        .distinct()
        .collect(Collectors.joining(" "));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "\\'") + "'";
  }

  private static String template(String name) {
    try (InputStream in = Completion.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
