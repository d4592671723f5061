package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * {@code unstriped COUNT CHUNK STRIPE DEVICE START}: one stripe of a device that holds several.
 *
 * @param count stripes that the device holds, 1 to 2<sup>32</sup>-1
 * @param chunk sectors, 1 to 2<sup>32</sup>-1
 * @param stripe which of them, from 0; may be {@code count} itself, as kernels let that pass
 * @param device behind the rule
 * @param start sector of the device where the stripes begin
 * @param length sectors of the rule; a multiple of the chunk
 */
public record UnstripedParams(
    long count, Sectors chunk, long stripe, DeviceRef device, Sectors start, Sectors length)
    implements TargetParams {

  static final String TYPE = "unstriped";

  public UnstripedParams {
    Objects.requireNonNull(device);
  }

  static UnstripedParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() != 5) {
      throw constructor.wordCount(
          "Invalid number of arguments",
          5,
          "5, a stripe count, a chunk size, a stripe, a device and its start sector");
    }
    long count = constructor.count(0, "Invalid stripe count", "a stripe count");
    Sectors chunk =
        new Sectors(constructor.count(1, "Invalid chunk_size", "a chunk size in sectors"));
    long stripe = constructor.number(2, "Invalid stripe number", "a stripe");
    if (stripe > count && count > 1) {
      throw constructor.fault(
          "Please provide stripe between [0, # of stripes]",
          2,
          "stripe " + stripe + " of " + count,
          "a stripe from 0 to " + (count - 1));
    }
    DeviceRef device = constructor.deviceOrInvalid(3, "Couldn't get striped device");
    Sectors start = constructor.sector(4, "Invalid striped device offset");
    if (!ruleLength.isMultipleOf(chunk)) {
      throw constructor.fault(
          "Target length not divisible by chunk size",
          1,
          "rule of " + ruleLength + " sectors in chunks of " + chunk,
          "a multiple of " + chunk);
    }
    return new UnstripedParams(count, chunk, stripe, device, start, ruleLength);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return count
        + " "
        + chunk
        + ' '
        + stripe
        + ' '
        + Words.escape(deviceName.apply(device))
        + ' '
        + start;
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of(new DeviceUse(device, start, length));
  }
}
