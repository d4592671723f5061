package org.jdmsetup.tables.parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * {@code delay DEVICE START MILLISECONDS [WRITE… [FLUSH…]]}: requests are passed on late, reads,
 * writes and flushes each to a device of their own.
 *
 * @param routes one for all requests; or one for reads and one for writes and flushes; or one for
 *     each of the three
 * @param length sectors of the rule
 */
public record DelayParams(List<Route> routes, Sectors length) implements TargetParams {

  static final String TYPE = "delay";

  private static final int WORDS = 3;

  /**
   * Where a class of requests goes, and when.
   *
   * @param start sector of the device that the rule's first sector maps to
   * @param millis 0 to 2<sup>32</sup>-1
   */
  public record Route(DeviceRef device, Sectors start, long millis) {

    public Route {
      Objects.requireNonNull(device);
      if (millis < 0 || millis > 0xffff_ffffL) {
        throw new IllegalArgumentException(millis + " ms");
      }
    }
  }

  public DelayParams {
    routes = List.copyOf(routes);
    if (routes.isEmpty() || routes.size() > 3) {
      throw new IllegalArgumentException(routes.size() + " routes");
    }
  }

  static DelayParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() != WORDS && words.size() != 2 * WORDS && words.size() != 3 * WORDS) {
      throw constructor.wordCount(
          "Requires exactly 3, 6 or 9 arguments",
          3 * WORDS,
          "a device, its start sector and a delay for all requests, or that for reads and for"
              + " writes, or for reads, writes and flushes");
    }
    List<Route> routes = new ArrayList<>();
    for (int word = 0; word < words.size(); word += WORDS) {
      Sectors start = constructor.sector(word + 1, "Invalid device sector");
      long millis =
          constructor.argument(
              word + 2, 0, 0xffff_ffffL, "Invalid delay", "a delay in milliseconds");
      routes.add(new Route(constructor.device(word, "Device lookup failed"), start, millis));
    }
    return new DelayParams(routes, ruleLength);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    StringBuilder text = new StringBuilder();
    for (Route route : routes) {
      text.append(text.length() == 0 ? "" : " ");
      text.append(Words.escape(deviceName.apply(route.device)));
      text.append(' ').append(route.start).append(' ').append(route.millis);
    }
    return text.toString();
  }

  @Override
  public List<DeviceUse> devices() {
    return routes.stream().map(route -> new DeviceUse(route.device, route.start, length)).toList();
  }
}
