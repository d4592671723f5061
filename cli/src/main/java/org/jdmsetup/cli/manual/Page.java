package org.jdmsetup.cli.manual;

import java.util.ArrayList;
import java.util.List;

/**
 * A page of docs/ in blocks: as much of Markdown as those pages use. A table's head is left out,
 * its first column says what a row is about.
 */
final class Page {
  private final List<Block> blocks = new ArrayList<>();

  /** What a block is. */
  enum Kind {
    HEADING,
    PARAGRAPH,
    ITEM,
    CODE,
    ROW
  }

  /**
   * A part of a page.
   *
   * @param level of a heading, from 1; 0 for the others
   * @param lines of code; the cells of a row; else one
   */
  record Block(Kind kind, int level, List<String> lines) {
    String text() {
      return lines.get(0);
    }
  }

  Page(String markdown) {
    List<String> paragraph = new ArrayList<>();
    List<String> code = new ArrayList<>();
    boolean body = false;
    Kind text = Kind.PARAGRAPH;
    for (String line : (markdown + "\n").split("\n", -1)) {
      boolean isCode = line.startsWith("    ") || (line.isEmpty() && !code.isEmpty());
      if (!isCode) {
        end(Kind.CODE, code);
      }
      boolean isText = !isCode && !line.isEmpty() && line.charAt(0) != '#' && line.charAt(0) != '|';
      boolean isItem = isText && line.startsWith("* ");
      if (!isText || isItem) {
        end(text, paragraph);
        text = isItem ? Kind.ITEM : Kind.PARAGRAPH;
      }
      if (isCode) {
        code.add(line.isEmpty() ? "" : line.substring(4));
      } else if (isText) {
        paragraph.add(isItem ? line.substring(2) : line.strip());
      } else if (line.startsWith("|")) {
        if (body) {
          blocks.add(new Block(Kind.ROW, 0, cells(line)));
        }
        body |= line.startsWith("|---");
        continue;
      } else if (line.startsWith("#")) {
        int level = line.indexOf(' ');
        blocks.add(new Block(Kind.HEADING, level, List.of(line.substring(level + 1))));
      }
      body = false;
    }
  }

  List<Block> blocks() {
    return blocks;
  }

  private void end(Kind kind, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    if (kind == Kind.CODE) {
      while (lines.get(lines.size() - 1).isEmpty()) {
        lines.remove(lines.size() - 1);
      }
    }
    blocks.add(
        new Block(
            kind, 0, kind == Kind.CODE ? List.copyOf(lines) : List.of(String.join(" ", lines))));
    lines.clear();
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
      cells.add(cell.strip());
    }
    return cells;
  }

  /** Text with what is raised written in a row. */
  static String spelt(String text) {
    return text.replaceAll("<sup>([^<]*)</sup>", "^$1");
  }

  /** Text without its marks: for a terminal. */
  static String plain(String text) {
    return spelt(text)
        .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
        .replaceAll("`([^`]*)`", "$1")
        .replaceAll("\\*+([^*]+)\\*+", "$1");
  }
}
