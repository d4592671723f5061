package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Requirement;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every command that the README shows does what the README says. In its {@code console} blocks a
 * line beginning with {@code $} is a command, {@code >} goes on with it, and what follows is what
 * it prints, where a line {@code ...} stands for any lines. All blocks are one session in one
 * shell.
 */
final class ReadmeIT {
  private static final Path README = Path.of("..", "README.md");
  private static final String END = "-- end of command, status ";

  /**
   * @param line where it stands in the README, counted from 1
   */
  private record Command(int line, String text, List<String> expected) {}

  @TestFactory
  Stream<DynamicTest> everyCommandDoesWhatTheReadmeSays() throws Exception {
    Requirement.blockNodes();
    List<Command> commands = commands(Files.readAllLines(README));
    assertFalse(commands.isEmpty(), "the README shows no commands");
    StringBuilder session = new StringBuilder("exec 2>&1\n");
    for (Command command : commands) {
      session.append(command.text()).append("\necho \"").append(END).append("$?\"\n");
    }
    String output;
    try (EngineWorld world = EngineWorld.open()) {
      output = world.privately(session.toString()).out();
    }
    String[] outputs = output.split("(?m)^" + END + "\\d+\\R", -1);
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      Command command = commands.get(i);
      String printed = i < outputs.length ? outputs[i] : "(the session ended before this command)";
      tests.add(
          DynamicTest.dynamicTest(
              "README.md:" + command.line() + " " + command.text(), () -> check(command, printed)));
    }
    return tests.stream();
  }

  private static void check(Command command, String printed) {
    StringBuilder pattern = new StringBuilder();
    for (String line : command.expected()) {
      pattern.append(line.equals("...") ? "(?:.*\\R)*" : Pattern.quote(numbersAlike(line)) + "\\R");
    }
    if (!Pattern.matches(pattern.toString(), numbersAlike(printed))) {
      assertEquals(String.join("\n", command.expected()) + "\n", printed, command.text());
    }
  }

  /** Text without the numbers that differ from machine to machine. */
  private static String numbersAlike(String text) {
    return text.replaceAll("loop\\d+", "loopN")
        .replaceAll("\\b(7|254):\\d+", "M:m")
        .replaceAll("\\b(7|254), \\d+", "M, m")
        .replaceAll("Read Ahead: .*", "Read Ahead: n");
  }

  private static List<Command> commands(List<String> readme) throws IOException {
    List<Command> commands = new ArrayList<>();
    boolean console = false;
    for (int i = 0; i < readme.size(); i++) {
      String line = readme.get(i);
      if (line.startsWith("```")) {
        console = line.equals("```console");
      } else if (console && (line.startsWith("$ ") || line.startsWith("# "))) {
        commands.add(new Command(i + 1, line.substring(2), new ArrayList<>()));
      } else if (console && line.startsWith("> ")) {
        Command last = commands.remove(commands.size() - 1);
        commands.add(
            new Command(last.line(), last.text() + "\n" + line.substring(2), last.expected()));
      } else if (console) {
        commands.get(commands.size() - 1).expected().add(line);
      }
    }
    return commands;
  }
}
