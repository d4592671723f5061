package org.jdmsetup.it;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One of several equal shares of a list, printed as {@code 2/3}: every third element, beginning
 * with the second.
 */
record Share(int number, int count) {
  static final Share WHOLE = new Share(1, 1);

  static Share parse(String text) {
    String[] parts = text.split("/");
    return new Share(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  <T> List<T> of(List<T> all) {
    return IntStream.range(0, all.size())
        .filter(i -> i % count == number - 1)
        .mapToObj(all::get)
        .toList();
  }

  @Override
  public String toString() {
    return number + "/" + count;
  }
}
