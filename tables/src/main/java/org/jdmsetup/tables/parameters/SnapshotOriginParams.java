package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * {@code snapshot-origin DEVICE}: the front of a device that snapshots look at.
 *
 * @param device that is passed through, from its sector 0
 * @param length sectors of the rule
 */
public record SnapshotOriginParams(DeviceRef device, Sectors length) implements TargetParams {

  static final String TYPE = "snapshot-origin";

  public SnapshotOriginParams {
    Objects.requireNonNull(device);
  }

  static SnapshotOriginParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() != 1) {
      throw constructor.wordCount("origin: incorrect number of arguments", 1, "1, a device");
    }
    return new SnapshotOriginParams(constructor.device(0, "Cannot get target device"), ruleLength);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return Words.escape(deviceName.apply(device));
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of(new DeviceUse(device, Sectors.ZERO, length));
  }
}
