package org.jdmsetup.it.cases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of {@link CommandCase}s. Its lines, by their first character:
 *
 * <pre>
 * # for readers
 * == title          begins a case: nothing is there but the disks
 * @ word text       a note on the case (the words are those of {@link CaseComparison})
 * $ dmsetup ...     a command under test; '...' and "..." quote, "\n" is a newline
 * &amp; dmsetup ...     the same, left running until the case ends
 * % shell line      anything else
 * &lt; text            a line of standard input for the command above
 * </pre>
 *
 * {@code $A} to {@code $D} are the disks of {@link Disks}, in commands, shell lines and input, and
 * {@code $#A} to {@code $#D} their numbers, in commands and input.
 */
public final class CaseFile {
  private static final Pattern WANTED = Pattern.compile(System.getProperty("it.cases", ""));

  private final String name;
  private final List<CommandCase> cases = new ArrayList<>();
  private String title;
  private Map<String, String> notes = new LinkedHashMap<>();
  private List<CommandCase.Step> steps = new ArrayList<>();

  private CaseFile(String name) {
    this.name = name;
  }

  /**
   * Every case of every file, in the files' alphabetical order; with {@code -Dit.cases=REGEX} those
   * whose id begins so, for someone at work on them.
   */
  public static List<CommandCase> all() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(CaseFile.class.getResource("/cases").toURI()))) {
      return files
          .filter(file -> file.toString().endsWith(".case"))
          .sorted()
          .flatMap(file -> parse(file).stream())
          .filter(each -> WANTED.matcher(each.id()).lookingAt())
          .toList();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static List<CommandCase> parse(Path file) {
    try {
      return parse(file.getFileName().toString().replace(".case", ""), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cases of one file. */
  static List<CommandCase> parse(String name, String text) {
    CaseFile parser = new CaseFile(name);
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      try {
        parser.line(line);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ".case:" + number + ": " + e.getMessage(), e);
      }
    }
    parser.end();
    return parser.cases;
  }

  private void line(String line) {
    if (line.isBlank() || line.startsWith("#")) {
      return;
    }
    if (line.startsWith("== ")) {
      end();
      title = line.substring(3).strip();
      return;
    }
    String rest = line.length() > 2 ? line.substring(2) : "";
    if (title == null) {
      throw new IllegalArgumentException("no case begun");
    }
    switch (line.charAt(0)) {
      case '@' -> {
        String[] note = rest.strip().split(" ", 2);
        notes.put(note[0], note.length > 1 ? note[1] : "");
      }
      case '$' -> add(CommandCase.Kind.COMMAND, line, words(rest));
      case '&' -> add(CommandCase.Kind.BACKGROUND, line, words(rest));
      case '%' -> add(CommandCase.Kind.SHELL, line, List.of(rest));
      case '<' -> {
        if (steps.isEmpty()) {
          throw new IllegalArgumentException("no command to read this");
        }
        CommandCase.Step step = steps.remove(steps.size() - 1);
        steps.add(
            new CommandCase.Step(
                step.kind(), step.line(), step.words(), step.input() + rest + "\n"));
      }
      default -> throw new IllegalArgumentException("what is this line: " + line);
    }
  }

  private void add(CommandCase.Kind kind, String line, List<String> words) {
    steps.add(new CommandCase.Step(kind, line, words, ""));
  }

  private void end() {
    if (title == null) {
      return;
    }
    String id = name + ": " + title;
    if (cases.stream().anyMatch(other -> other.id().equals(id))) {
      throw new IllegalArgumentException("two cases are named " + id);
    }
    cases.add(new CommandCase(id, notes, steps));
    notes = new LinkedHashMap<>();
    steps = new ArrayList<>();
  }

  /** Splits a command as a shell would, as far as quotes go. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == 0 && c == ' ') {
        if (word != null) {
          words.add(word.toString());
          word = null;
        }
        continue;
      }
      if (word == null) {
        word = new StringBuilder();
      }
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == '"' && c == '\\' && line.startsWith("\\n", i)) {
        word.append('\n');
        i++;
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("quote not closed: " + line);
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }
}
