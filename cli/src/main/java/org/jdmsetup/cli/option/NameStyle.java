package org.jdmsetup.cli.option;

/** How {@code ls} and {@code deps} show a device: the meaning of {@code -o} outside reports. */
public enum NameStyle {
  DEVNO,
  BLKDEVNAME,
  DEVNAME;

  private static final String[] WORDS = {"devno", "blkdevname", "devname"};

  /** The last style that {@code -o} names; numbers when the list is null. */
  public static NameStyle of(String list) throws PrefixList.UnknownElementException {
    if (list == null) {
      return DEVNO;
    }
    int[] matched = PrefixList.match(list, WORDS);
    return values()[matched[matched.length - 1]];
  }
}
