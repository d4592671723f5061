package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * {@code dust DEVICE START BLOCK}: a device some of whose blocks can be declared bad.
 *
 * @param start sector of the device that the rule's first sector maps to
 * @param blockBytes a power of two from 512 to 2<sup>30</sup>, at most the rule's length
 * @param length sectors of the rule
 */
public record DustParams(DeviceRef device, Sectors start, long blockBytes, Sectors length)
    implements TargetParams {

  static final String TYPE = "dust";

  private static final Sectors LARGEST_BLOCK = new Sectors(1 << 21);

  public DustParams {
    Objects.requireNonNull(device);
  }

  static DustParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() != 3) {
      throw constructor.wordCount(
          "Invalid argument count", 3, "3, a device, its start sector and a block size in bytes");
    }
    String what = "a block size in bytes";
    long size = constructor.count(2, "Invalid block size parameter", what);
    long most = LARGEST_BLOCK.bytes();
    String expected = "a power of two from " + Sectors.SIZE + " to " + most;
    if (size < Sectors.SIZE) {
      throw constructor.fault("Block size must be at least 512", 2, what + " of " + size, expected);
    }
    if (Long.bitCount(size) != 1) {
      throw constructor.fault("Block size must be a power of 2", 2, what + " of " + size, expected);
    }
    if (size > most || !Sectors.ofBytes(size).isAtMost(ruleLength)) {
      throw constructor.fault(
          "Block size is too large",
          2,
          what + " of " + size,
          expected + " and to the rule's length of " + ruleLength + " sectors");
    }
    Sectors start = constructor.sector(1, "Invalid device offset sector");
    DeviceRef device = constructor.deviceOrInvalid(0, "Device lookup failed");
    return new DustParams(device, start, size, ruleLength);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return Words.escape(deviceName.apply(device)) + ' ' + start + ' ' + blockBytes;
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of(new DeviceUse(device, start, length));
  }
}
