package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * {@code linear DEVICE START}: a run of sectors of one device.
 *
 * @param device behind the rule
 * @param start sector of the device that the rule's first sector maps to
 * @param length sectors of the rule
 */
public record LinearParams(DeviceRef device, Sectors start, Sectors length)
    implements TargetParams {

  static final String TYPE = "linear";

  public LinearParams {
    Objects.requireNonNull(device);
  }

  static LinearParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() != 2) {
      throw constructor.wordCount("Invalid argument count", 2, "2, a device and its start sector");
    }
    Sectors start = constructor.sector(1, "Invalid device sector");
    return new LinearParams(constructor.device(0, "Device lookup failed"), start, ruleLength);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return Words.escape(deviceName.apply(device)) + ' ' + start;
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of(new DeviceUse(device, start, length));
  }
}
