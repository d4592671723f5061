package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Quotation;
import org.jdmsetup.tables.text.Words;

/**
 * {@code ebs DEVICE START EMULATED [UNDERLYING]}: a device with blocks of another size than its
 * own.
 *
 * @param device behind the rule
 * @param start sector of the device that the rule's first sector maps to
 * @param emulated sectors of a block that users see: a power of two, at most a page
 * @param underlying sectors of a block of the device: a power of two; 0 for what the device says
 * @param length sectors of the rule
 */
public record EbsParams(
    DeviceRef device, Sectors start, Sectors emulated, Sectors underlying, Sectors length)
    implements TargetParams {

  static final String TYPE = "ebs";

  /** Sectors of the smallest page that a kernel has, and of the largest. */
  private static final Sectors PAGE = new Sectors(8);

  private static final Sectors LARGEST_PAGE = new Sectors(128);

  /** A kernel keeps block sizes in 32 bits. */
  private static final Sectors LARGEST_BLOCK = new Sectors(1L << 31);

  public EbsParams {
    Objects.requireNonNull(device);
    if (!emulated.isPowerOfTwo() || !emulated.isAtMost(LARGEST_PAGE)) {
      throw new IllegalArgumentException("emulated block of " + emulated + " sectors");
    }
    if (!underlying.isZero()
        && (!underlying.isPowerOfTwo() || !underlying.isAtMost(LARGEST_BLOCK))) {
      throw new IllegalArgumentException("underlying block of " + underlying + " sectors");
    }
  }

  static EbsParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() < 3 || words.size() > 4) {
      throw constructor.wordCount(
          "Invalid argument count",
          words.size() < 3 ? 3 : 4,
          "3 or 4, a device, its start sector, the sectors of an emulated block and those of a"
              + " block of the device");
    }
    Sectors start = constructor.sector(1, "Invalid device offset sector");
    if (ruleLength.isAtMost(start)) {
      throw constructor.fault(
          "Invalid device offset sector",
          1,
          start.toString(),
          "less than the length of the rule, " + ruleLength);
    }
    Sectors emulated = block(constructor, words, 2, "Invalid emulated block size", PAGE);
    if (!emulated.isAtMost(PAGE)) {
      String expected = "a power of two from 1 to " + PAGE + ", the sectors of a page";
      throw !emulated.isAtMost(LARGEST_PAGE)
          ? constructor.fault(
              "Invalid emulated block size", 2, Quotation.of(words.get(2)), expected)
          : constructor.doubt(
              "Invalid emulated block size", 2, Quotation.of(words.get(2)), expected);
    }
    Sectors underlying = Sectors.ZERO;
    if (words.size() > 3) {
      underlying = block(constructor, words, 3, "Invalid underlying block size", LARGEST_BLOCK);
      if (!underlying.isAtMost(LARGEST_BLOCK)) {
        // Kernels let it wrap around.
        throw constructor.doubt(
            "Invalid underlying block size",
            3,
            Quotation.of(words.get(3)),
            "at most " + LARGEST_BLOCK);
      }
    }
    DeviceRef device = constructor.device(0, "Device lookup failed");
    if (!underlying.isZero() && !start.isMultipleOf(underlying)) {
      throw constructor.fault(
          "Device offset must be multiple of underlying block size",
          1,
          start.toString(),
          "a multiple of " + underlying);
    }
    return new EbsParams(device, start, emulated, underlying, ruleLength);
  }

  private static Sectors block(
      Constructor constructor, Words words, int word, String kernelText, Sectors largest)
      throws ParamsException {
    Sectors block = constructor.sector(word, kernelText);
    if (!block.isPowerOfTwo()) {
      throw constructor.fault(
          kernelText, word, Quotation.of(words.get(word)), "a power of two from 1 to " + largest);
    }
    return block;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return Words.escape(deviceName.apply(device))
        + ' '
        + start
        + ' '
        + emulated
        + (underlying.isZero() ? "" : " " + underlying);
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of(new DeviceUse(device, start, length));
  }
}
