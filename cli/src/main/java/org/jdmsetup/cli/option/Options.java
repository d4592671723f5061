package org.jdmsetup.cli.option;

import java.util.List;
import org.jdmsetup.tables.text.CText;
import picocli.CommandLine.ParseResult;

/** The options and operands of one invocation, with their values. */
public final class Options {
  /** What {@code --readahead} asks for when nothing is asked for. */
  static final int READ_AHEAD_AUTO = -1;

  private final ParseResult parsed;
  private final List<String> operands;

  public Options(ParseResult parsed, List<String> operands) {
    this.parsed = parsed;
    this.operands = operands;
  }

  public boolean has(Opt opt) {
    return parsed.hasMatchedOption("--" + opt.word());
  }

  /** How often a flag was given. */
  public int count(Opt flag) {
    boolean[] given = parsed.matchedOptionValue("--" + flag.word(), null);
    return given == null ? 0 : given.length;
  }

  /** The argument last given, or null. */
  public String text(Opt opt) {
    return parsed.matchedOptionValue("--" + opt.word(), null);
  }

  /** The number last given, or {@code otherwise}. */
  public int number(Opt opt, int otherwise) {
    Integer value = parsed.matchedOptionValue("--" + opt.word(), null);
    return value == null ? otherwise : value;
  }

  /** The argument of {@code --major}, of which a negative one is as good as 0; -1 without it. */
  public int major() {
    return has(Opt.MAJOR) ? Math.max(0, number(Opt.MAJOR, 0)) : -1;
  }

  /** All words that are not options, the command first. */
  public List<String> operands() {
    return operands;
  }

  /** Read-ahead in sectors, unsigned; {@link #READ_AHEAD_AUTO} for the driver's own choice. */
  public int readAhead() {
    return has(Opt.READAHEAD) ? readAhead(text(Opt.READAHEAD)) : READ_AHEAD_AUTO;
  }

  /** Whether the read-ahead is only to be raised ({@code +N}). */
  public boolean readAheadIsMinimum() {
    String text = text(Opt.READAHEAD);
    return text != null && hasPlus(text);
  }

  /** How {@code --readahead} reads its argument: a word, or a number cut to 32 bits. */
  public static int readAhead(String text) {
    if (text.equalsIgnoreCase("auto")) {
      return READ_AHEAD_AUTO;
    }
    if (text.equalsIgnoreCase("none")) {
      return 0;
    }
    return CNumber.atoi(text);
  }

  private static boolean hasPlus(String text) {
    int i = 0;
    while (i < text.length() && CText.isSpace(text.charAt(i))) {
      i++;
    }
    return i < text.length() && text.charAt(i) == '+';
  }
}
