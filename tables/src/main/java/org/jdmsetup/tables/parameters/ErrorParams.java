package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.function.Function;

/**
 * {@code error}: fails every request. Kernels up to 6.1 ignore parameters; later ones open the
 * device of exactly two, which changes nothing but the limits on zoned devices. No kernel shows
 * them again, nor does this.
 */
public record ErrorParams() implements TargetParams {

  static final String TYPE = "error";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return "";
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of();
  }
}
