package org.jdmsetup.cli.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of a target's status or parameters, taken one after another and put under names. If a
 * word is missing, or is no number where one belongs, an exception of the JDK is thrown, by which
 * {@link TargetFields} sees that it does not know the layout.
 */
final class FieldReader {
  private final Map<String, Object> named = new LinkedHashMap<>();
  private final List<String> words;
  private int next;

  FieldReader(List<String> words) {
    this.words = words;
  }

  Map<String, Object> named() {
    return named;
  }

  boolean atEnd() {
    return next == words.size();
  }

  /** The next word, which is not taken. */
  String peek() {
    return words.get(next);
  }

  String word() {
    return words.get(next++);
  }

  long number() {
    return Long.parseUnsignedLong(word());
  }

  FieldReader put(String name, Object value) {
    named.put(name, value);
    return this;
  }

  FieldReader word(String name) {
    return put(name, word());
  }

  FieldReader number(String name) {
    return put(name, Unsigned.parse(word()));
  }

  /** A number, or null for {@code -}. */
  FieldReader numberOrNone(String name) {
    String word = word();
    return put(name, word.equals("-") ? null : Unsigned.parse(word));
  }

  /** {@code USED/TOTAL} as two numbers. */
  FieldReader share(String used, String total) {
    String word = word();
    int slash = word.indexOf('/');
    put(used, Unsigned.parse(word.substring(0, slash)));
    return put(total, Unsigned.parse(word.substring(slash + 1)));
  }

  /** As many words as the next one says. */
  List<String> counted() {
    return take((int) number());
  }

  List<String> take(int count) {
    List<String> taken = new ArrayList<>(words.subList(next, next + count));
    next += count;
    return taken;
  }

  /** The words that are left. */
  List<String> rest() {
    return take(words.size() - next);
  }

  /** Words in pairs: a name, and a value that is a number if it looks like one. */
  static Map<String, Object> pairs(List<String> words) {
    Map<String, Object> pairs = new LinkedHashMap<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      String value = words.get(i + 1);
      pairs.put(words.get(i), value.matches("\\d{1,18}") ? (Object) Long.valueOf(value) : value);
    }
    return pairs;
  }
}
