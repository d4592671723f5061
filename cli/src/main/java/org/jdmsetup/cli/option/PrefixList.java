package org.jdmsetup.cli.option;

import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated lists in which a word may be cut short: an element stands for the first word that
 * begins with it, so that an empty element stands for the first word of all.
 */
public final class PrefixList {
  private PrefixList() {}

  /** For each element of the list the index of its word. */
  static int[] match(String list, String[] words) throws UnknownElementException {
    List<Integer> found = new ArrayList<>();
    int from = 0;
    while (true) {
      int comma = list.indexOf(',', from);
      String element = list.substring(from, comma < 0 ? list.length() : comma);
      int word = 0;
      while (word < words.length && !words[word].startsWith(element)) {
        word++;
      }
      if (word == words.length) {
        throw new UnknownElementException(list.substring(from));
      }
      found.add(word);
      if (comma < 0) {
        break;
      }
      from = comma + 1;
    }
    int[] indexes = new int[found.size()];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = found.get(i);
    }
    return indexes;
  }

  /** No word begins with the element; the message is the list from that element on. */
  public static final class UnknownElementException extends Exception {
    private static final long serialVersionUID = 1;

    UnknownElementException(String rest) {
      super(rest, null, false, false);
    }
  }
}
