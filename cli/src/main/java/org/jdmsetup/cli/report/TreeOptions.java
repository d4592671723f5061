package org.jdmsetup.cli.report;

import java.util.List;

/** How a tree is drawn: what {@code ls --tree -o} says. */
public final class TreeOptions {
  private static final String[] WORDS = {
    "device",
    "blkdevname",
    "nodevice",
    "status",
    "table",
    "active",
    "open",
    "uuid",
    "rw",
    "utf",
    "vt100",
    "ascii",
    "inverted",
    "compact",
    "notrunc"
  };

  private static final int DEFAULT_WIDTH = 80;

  /** Columns of a terminal that stay free for the dots behind a line that was cut. */
  private static final int MARGIN = 3;

  private TreeSymbols symbols;
  private boolean number = true;
  private boolean blockName;
  private boolean active;
  private boolean open;
  private boolean uuid;
  private boolean readOnly;

  /**
   * Whether something of a device is shown behind its name, for which compact drawing has no room.
   */
  private boolean showsAttributes;

  private boolean inverted;
  private boolean compact;
  private boolean truncated = true;
  private int width = DEFAULT_WIDTH;

  private TreeOptions(boolean utf) {
    symbols = utf ? TreeSymbols.UTF : TreeSymbols.ASCII;
  }

  /** Every option. */
  public static List<String> words() {
    return List.of(WORDS);
  }

  /**
   * Reads a list of options, each the beginning of one of the words.
   *
   * @param list null or empty for none
   * @param utf whether the locale's character set is UTF-8
   * @throws IllegalArgumentException with the rest of the list from what is no option
   */
  public static TreeOptions of(String list, boolean utf) {
    TreeOptions options = new TreeOptions(utf);
    int end;
    for (int start = 0; list != null && start < list.length(); start = end + 1) {
      int comma = list.indexOf(',', start);
      end = comma < 0 ? list.length() : comma;
      options.set(word(list, start, end));
    }
    return options;
  }

  private static String word(String list, int start, int end) {
    for (String word : WORDS) {
      if (word.startsWith(list.substring(start, end))) {
        return word;
      }
    }
    throw new IllegalArgumentException(list.substring(start));
  }

  private void set(String word) {
    switch (word) {
      case "device" -> number = true;
      case "nodevice" -> number = false;
      case "blkdevname" -> blockName = true;
      case "inverted" -> inverted = true;
      case "compact" -> compact = true;
      case "notrunc" -> truncated = false;
      case "utf" -> symbols = TreeSymbols.UTF;
      case "vt100" -> symbols = TreeSymbols.VT100;
      case "ascii" -> symbols = TreeSymbols.ASCII;
      default -> {
        showsAttributes = true;
        active |= word.equals("active");
        open |= word.equals("open");
        uuid |= word.equals("uuid");
        readOnly |= word.equals("rw");
      }
    }
  }

  /** Takes the width of the terminal, except where VT100's symbols are used, as in dmsetup. */
  public TreeOptions terminal(int columns) {
    if (columns > MARGIN && symbols != TreeSymbols.VT100) {
      width = columns - MARGIN;
    }
    return this;
  }

  TreeSymbols symbols() {
    return symbols;
  }

  boolean number() {
    return number;
  }

  boolean blockName() {
    return blockName;
  }

  boolean active() {
    return active;
  }

  boolean open() {
    return open;
  }

  boolean uuid() {
    return uuid;
  }

  boolean readOnly() {
    return readOnly;
  }

  boolean inverted() {
    return inverted;
  }

  boolean compact() {
    return compact && !showsAttributes;
  }

  /** The columns of a line; {@link Integer#MAX_VALUE} if lines are not truncated. */
  int width() {
    return truncated ? width : Integer.MAX_VALUE;
  }
}
