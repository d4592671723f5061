package org.jdmsetup.cli;

/** The words that {@code -o} takes with {@code --tree}, in the order in which they are matched. */
final class TreeStyle {
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

  private TreeStyle() {}

  static void check(String list) throws PrefixList.UnknownElementException {
    if (list != null) {
      PrefixList.match(list, WORDS);
    }
  }
}
