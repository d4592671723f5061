package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * {@code log-writes DEVICE LOG}: a device, and another one to which all that is written is
 * appended. Words after these are ignored.
 *
 * @param device behind the rule
 * @param log where writes are noted
 * @param length sectors of the rule
 */
public record LogWritesParams(DeviceRef device, DeviceRef log, Sectors length)
    implements TargetParams {

  static final String TYPE = "log-writes";

  public LogWritesParams {
    Objects.requireNonNull(device);
    Objects.requireNonNull(log);
  }

  static LogWritesParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() < 2) {
      throw constructor.wordCount("Invalid argument count", 2, "2, a device and one for the log");
    }
    DeviceRef device = constructor.device(0, "Device lookup failed");
    DeviceRef log = constructor.device(1, "Log device lookup failed");
    return new LogWritesParams(device, log, ruleLength);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return Words.escape(deviceName.apply(device)) + ' ' + Words.escape(deviceName.apply(log));
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of(
        new DeviceUse(device, Sectors.ZERO, length),
        new DeviceUse(log, Sectors.ZERO, Sectors.ZERO));
  }
}
