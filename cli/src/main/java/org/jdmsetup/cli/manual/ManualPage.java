package org.jdmsetup.cli.manual;

import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.cli.manual.Page.Block;
import org.jdmsetup.cli.manual.Page.Kind;

/**
 * A page of docs/ as a manual page, in the {@code man} macros that every formatter knows: its title
 * and first paragraph become NAME, its first piece of code SYNOPSIS, all before the next heading
 * DESCRIPTION, and a table a list.
 */
final class ManualPage {
  private static final Pattern MARK =
      Pattern.compile("`([^`]*)`|\\*\\*([^*]+)\\*\\*|\\*([^*]+)\\*|\\[([^]]*)\\]\\([^)]*\\)");

  private final StringBuilder roff = new StringBuilder();
  private boolean described;

  private ManualPage() {}

  /**
   * The page in roff, ASCII alone.
   *
   * @param name of the manual page
   * @param section its number
   * @param date of the package, {@code YYYY-MM-DD}
   */
  static String of(Page page, String name, int section, String date) {
    ManualPage manual = new ManualPage();
    manual.line(
        String.format(
            ".TH %s %d %s jdmsetup", escape(name.toUpperCase(Locale.ROOT)), section, date));
    manual.line(".SH NAME");
    boolean named = false;
    boolean synopsis = false;
    for (Block block : page.blocks()) {
      if (block.level() == 1) {
        continue;
      }
      if (!named) {
        String summary = Page.plain(block.text()).replaceFirst("\\.$", "");
        manual.line(escape(name) + " \\- " + escape(summary));
        named = true;
      } else if (!synopsis && block.kind() == Kind.CODE) {
        manual.line(".SH SYNOPSIS");
        manual.code(block);
        synopsis = true;
      } else {
        manual.block(block);
      }
    }
    return manual.roff.toString();
  }

  private void block(Block block) {
    if (block.kind() == Kind.HEADING) {
      String macro = block.level() == 2 ? ".SH " : ".SS ";
      String title = Page.plain(block.text());
      line(macro + escape(block.level() == 2 ? title.toUpperCase(Locale.ROOT) : title));
      described = true;
      return;
    }
    if (!described) {
      line(".SH DESCRIPTION");
      described = true;
    }
    switch (block.kind()) {
      case CODE -> {
        paragraph();
        code(block);
      }
      case ROW -> {
        line(".TP");
        line(inline(block.text()));
        String rest =
            block.lines().stream().skip(1).filter(cell -> !cell.isEmpty()).collect(joining("; "));
        line(rest.isEmpty() ? "\\&" : inline(rest));
      }
      case ITEM -> {
        line(".IP \\(bu 2");
        line(inline(block.text()));
      }
      default -> {
        paragraph();
        line(inline(block.text()));
      }
    }
  }

  private void code(Block block) {
    line(".nf");
    line(".RS 4");
    block.lines().forEach(each -> line(each.isEmpty() ? "\\&" : escape(each)));
    line(".RE");
    line(".fi");
  }

  /** A heading begins a paragraph already. */
  private void paragraph() {
    String last = roff.substring(roff.lastIndexOf("\n", roff.length() - 2) + 1);
    if (!last.startsWith(".SH") && !last.startsWith(".SS")) {
      line(".PP");
    }
  }

  private void line(String line) {
    roff.append(line).append('\n');
  }

  private static String inline(String markdown) {
    String text = Page.spelt(markdown);
    StringBuilder result = new StringBuilder();
    Matcher mark = MARK.matcher(text);
    int from = 0;
    while (mark.find()) {
      result.append(escape(text.substring(from, mark.start())));
      if (mark.group(4) != null) {
        result.append(escape(mark.group(4)));
      } else if (mark.group(3) != null) {
        result.append("\\fI").append(escape(mark.group(3))).append("\\fR");
      } else {
        String bold = mark.group(1) != null ? mark.group(1) : mark.group(2);
        result.append("\\fB").append(escape(bold)).append("\\fR");
      }
      from = mark.end();
    }
    String line = result.append(escape(text.substring(from))).toString();
    return line.startsWith("\\fB.") ? "\\&" + line : line;
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    if (text.startsWith(".") || text.startsWith("'")) {
      escaped.append("\\&");
    }
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                default -> {
                  if (c < 0x7f) {
                    escaped.append((char) c);
                  } else {
                    escaped.append(String.format("\\[u%04X]", c));
                  }
                }
              }
            });
    return escaped.toString();
  }
}
