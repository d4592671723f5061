package org.jdmsetup.it.world;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One of several equal shares of a list, printed as {@code 2/3}: every third element, beginning
 * with the second.
 */
public record Share(int number, int count) {
  public static final Share WHOLE = new Share(1, 1);

  public static Share parse(String text) {
    String[] parts = text.split("/");
    return new Share(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  public <T> List<T> of(List<T> all) {
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
