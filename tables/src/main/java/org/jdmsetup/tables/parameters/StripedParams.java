package org.jdmsetup.tables.parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * {@code striped COUNT CHUNK (DEVICE START)…}: chunks dealt out to devices in turn.
 *
 * @param chunk sectors, 1 to 2<sup>32</sup>-1
 * @param stripes in order, at least one
 * @param length sectors of the rule; a multiple of the number of stripes, and that quotient a
 *     multiple of the chunk
 */
public record StripedParams(Sectors chunk, List<Stripe> stripes, Sectors length)
    implements TargetParams {

  static final String TYPE = "striped";

  private static final Sectors LARGEST_CHUNK = new Sectors(0xffff_ffffL);

  /**
   * Where one stripe lies.
   *
   * @param device behind it
   * @param start its first sector there
   */
  public record Stripe(DeviceRef device, Sectors start) {

    public Stripe {
      Objects.requireNonNull(device);
    }
  }

  public StripedParams {
    stripes = List.copyOf(stripes);
    if (stripes.isEmpty() || chunk.isZero() || !chunk.isAtMost(LARGEST_CHUNK)) {
      throw new IllegalArgumentException(stripes.size() + " stripes, chunk " + chunk);
    }
    if (!length.isDivisibleBy(stripes.size())
        || !length.dividedBy(stripes.size()).isMultipleOf(chunk)) {
      throw new IllegalArgumentException(length + " sectors are no whole chunks on each stripe");
    }
  }

  static StripedParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() < 2) {
      throw constructor.wordCount(
          "Not enough arguments",
          2,
          "a stripe count, a chunk size, and a device and its start sector for each stripe");
    }
    long count = constructor.count(0, "Invalid stripe count", "a stripe count");
    Sectors chunk =
        new Sectors(constructor.count(1, "Invalid chunk_size", "a chunk size in sectors"));
    checkLength(constructor, ruleLength, count, chunk);
    if (words.size() != (2 + 2 * count) % (1L << 32)) {
      throw constructor.wordCount(
          "Not enough destinations specified",
          2 + 2 * count,
          2
              + 2 * count
              + ", a device and its start sector for each of "
              + count
              + (count == 1 ? " stripe" : " stripes")
              + " among them");
    }
    if (words.size() != 2 + 2 * count) {
      throw new ParamsException(
          "Memory allocation for striped context failed",
          words,
          0,
          count + " stripes",
          "as many as there are devices",
          Errno.ENOMEM,
          false,
          List.of());
    }
    List<Stripe> stripes = new ArrayList<>((int) count);
    for (int word = 2; word < words.size(); word += 2) {
      Sectors start = constructor.sector(word + 1, "Couldn't parse stripe destination");
      stripes.add(new Stripe(constructor.device(word, "Couldn't parse stripe destination"), start));
    }
    return new StripedParams(chunk, stripes, ruleLength);
  }

  private static void checkLength(
      Constructor constructor, Sectors length, long count, Sectors chunk) throws ParamsException {
    String sectors = "rule of " + length + " sectors";
    if (!length.isDivisibleBy(count)) {
      throw constructor.fault(
          "Target length not divisible by number of stripes",
          0,
          sectors + " on " + count + " stripes",
          "a multiple of " + count + nearest(length, count));
    }
    if (!length.dividedBy(count).isMultipleOf(chunk)) {
      long row = count * chunk.count();
      throw constructor.fault(
          "Target length not divisible by chunk size",
          1,
          sectors + " on " + count + " stripes in chunks of " + chunk,
          "a multiple of " + Long.toUnsignedString(row) + nearest(length, row));
    }
  }

  private static String nearest(Sectors length, long unit) {
    long below = Long.divideUnsigned(length.count(), unit) * unit;
    return ", such as " + Long.toUnsignedString(below == 0 ? unit : below);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    StringBuilder text = new StringBuilder().append(stripes.size()).append(' ').append(chunk);
    for (Stripe stripe : stripes) {
      text.append(' ').append(Words.escape(deviceName.apply(stripe.device)));
      text.append(' ').append(stripe.start);
    }
    return text.toString();
  }

  @Override
  public List<DeviceUse> devices() {
    Sectors each = length.dividedBy(stripes.size());
    return stripes.stream()
        .map(stripe -> new DeviceUse(stripe.device, stripe.start, each))
        .toList();
  }
}
