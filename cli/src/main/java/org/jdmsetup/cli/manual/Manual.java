package org.jdmsetup.cli.manual;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.cli.manual.Page.Block;
import org.jdmsetup.cli.manual.Page.Kind;

/** What docs/dmsetup.md says of each command and each option. */
public final class Manual {
  private static final int WIDTH = 78;
  private static final int INDENT = 24;
  private static final String OPTIONS = "Options: ";
  private static final Pattern LONG_OPTION = Pattern.compile("`--([a-z-]+)[^`]*`");

  private final Map<String, List<Block>> commands = new LinkedHashMap<>();
  private final Map<String, List<String>> options = new LinkedHashMap<>();

  /** Reads the page, which is with the classes. */
  public Manual() {
    String part = "";
    String command = "";
    for (Block block : new Page(text()).blocks()) {
      if (block.kind() == Kind.HEADING && block.level() == 2) {
        part = block.text();
      } else if (part.equals("Commands") && block.kind() == Kind.HEADING) {
        command = block.text();
        commands.put(command, new ArrayList<>());
      } else if (part.equals("Commands")) {
        commands.get(command).add(block);
      } else if (part.equals("Options") && block.kind() == Kind.ROW) {
        Matcher name = LONG_OPTION.matcher(block.text());
        if (name.find()) {
          options.put(name.group(1), block.lines());
        }
      }
    }
  }

  private static String text() {
    try (InputStream in = Manual.class.getResourceAsStream("dmsetup.md")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The commands, in the page's order. */
  public List<String> commands() {
    return List.copyOf(commands.keySet());
  }

  /** The long names of all options, in the page's order. */
  public List<String> options() {
    return List.copyOf(options.keySet());
  }

  /** The long names of the options that mean something to a command. */
  public List<String> options(String command) {
    List<String> names = new ArrayList<>();
    for (Block block : commands.get(command)) {
      if (isOptions(block)) {
        Matcher name = LONG_OPTION.matcher(block.text());
        while (name.find()) {
          names.add(name.group(1));
        }
      }
    }
    return names;
  }

  /** How an option is written, in all its forms: {@code -j, --major MAJOR}. */
  public String form(String option) {
    return Page.plain(options.get(option).get(0));
  }

  /** What an option means, in a few words. */
  public String meaning(String option) {
    return Page.plain(options.get(option).get(1));
  }

  /** What a command does, in its first sentence. */
  public String summary(String command) {
    for (Block block : commands.get(command)) {
      if (block.kind() == Kind.PARAGRAPH) {
        String text = Page.plain(block.text());
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
      }
    }
    return "";
  }

  /** The part about a command for a terminal, of Unicode characters; null for no such command. */
  public String help(String command) {
    if (!commands.containsKey(command)) {
      return null;
    }
    StringBuilder help = new StringBuilder();
    for (Block block : commands.get(command)) {
      if (isOptions(block)) {
        continue;
      }
      if (block.kind() == Kind.CODE) {
        block.lines().forEach(line -> help.append(line).append('\n'));
      } else {
        wrap(help, Page.plain(block.text()), 0, 0);
      }
      help.append('\n');
    }
    for (String option : options(command)) {
      String form = "  " + form(option);
      help.append(form);
      if (form.length() >= INDENT - 1) {
        help.append('\n');
        form = "";
      }
      wrap(help, meaning(option), form.length(), INDENT);
    }
    return help.toString();
  }

  private static boolean isOptions(Block block) {
    return block.kind() == Kind.PARAGRAPH && block.text().startsWith(OPTIONS);
  }

  private static void wrap(StringBuilder to, String text, int written, int indent) {
    int column = written;
    for (String word : text.split(" ")) {
      if (column > indent && column + 1 + word.length() > WIDTH) {
        to.append('\n');
        column = 0;
      }
      int blanks = column < indent ? indent - column : column > indent ? 1 : 0;
      to.append(" ".repeat(blanks)).append(word);
      column += blanks + word.length();
    }
    to.append('\n');
  }
}
