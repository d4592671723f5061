package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The parameters of a target without a record of its own: passed on as they are, unchecked.
 *
 * @param type the target's name
 * @param params the text, with its blanks
 */
public record RawParams(String type, String params) implements TargetParams {

  public RawParams {
    Objects.requireNonNull(type);
    Objects.requireNonNull(params);
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return params;
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of();
  }
}
