package org.jdmsetup.tables.text;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The words of a parameter string or a message, split as the kernel's device mapper splits them:
 * blanks separate words, a backslash makes the next byte part of the word and is dropped, a
 * backslash at the very end stays. There are no quotes.
 *
 * <p>Blanks are the kernel's: ASCII white space, and the byte {@code 0xA0} even within a UTF-8
 * sequence.
 */
public final class Words {

  private String[] words = new String[4];
  private int[] offsets = new int[4];
  private int size;
  private final int textLength;

  private Words(String text, boolean escapes) {
    textLength = text.length();
    int i = 0;
    while (true) {
      while (i < textLength && isBlank(text.charAt(i))) {
        i++;
      }
      if (i == textLength) {
        return;
      }
      i = readWord(text, i, escapes);
    }
  }

  /** Splits a text as the kernel finds it in a buffer, with escapes. */
  public static Words of(String text) {
    return new Words(text, true);
  }

  /**
   * Splits parameters as a user types them: a backslash is a byte like others, since dmsetup
   * doubles it on the way to the kernel.
   */
  public static Words typed(String text) {
    return new Words(text, false);
  }

  private int readWord(String text, int from, boolean escapes) {
    StringBuilder unescaped = null;
    int i = from;
    while (i < textLength && !isBlank(text.charAt(i))) {
      if (escapes && text.charAt(i) == '\\' && i + 1 < textLength) {
        if (unescaped == null) {
          unescaped = new StringBuilder().append(text, from, i);
        }
        i++;
      }
      if (unescaped != null) {
        unescaped.append(text.charAt(i));
      }
      i++;
    }
    if (size == words.length) {
      words = Arrays.copyOf(words, 2 * size);
      offsets = Arrays.copyOf(offsets, 2 * size);
    }
    words[size] = unescaped != null ? unescaped.toString() : text.substring(from, i);
    offsets[size++] = from;
    return i;
  }

  /** How many words there are. */
  public int size() {
    return size;
  }

  /** A word, without its escapes. */
  public String get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("word " + index + " of " + size);
    }
    return words[index];
  }

  /** A word, without its escapes; empty if it is not there, which no word is. */
  public String getOrEmpty(int index) {
    return index < size ? words[index] : "";
  }

  /** Where a word begins in the text, from 1; one past the text for a word that is not there. */
  public int column(int index) {
    return (index < size ? offsets[index] : textLength) + 1;
  }

  /** The words in order. */
  public List<String> list() {
    return List.of(Arrays.copyOf(words, size));
  }

  /** Whether the kernel takes a byte for white space. */
  public static boolean isBlank(char c) {
    return c == ' ' || c >= '\t' && c <= '\r' || c == 0xa0;
  }

  /** A text that splits into exactly these words, none of which is empty. */
  public static String join(List<String> words) {
    return words.stream().map(Words::escape).collect(Collectors.joining(" "));
  }

  /** A word as a text has it: with a backslash before each blank and backslash. */
  public static String escape(String word) {
    if (word.isEmpty()) {
      throw new IllegalArgumentException("an empty word cannot be written");
    }
    StringBuilder escaped = null;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (isBlank(c) || c == '\\') {
        if (escaped == null) {
          escaped = new StringBuilder().append(word, 0, i);
        }
        escaped.append('\\');
      }
      if (escaped != null) {
        escaped.append(c);
      }
    }
    return escaped != null ? escaped.toString() : word;
  }
}
