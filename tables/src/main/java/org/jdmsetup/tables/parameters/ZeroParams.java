package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.function.Function;
import org.jdmsetup.tables.text.Words;

/** {@code zero}: reads as zeros, drops what is written. */
public record ZeroParams() implements TargetParams {

  static final String TYPE = "zero";

  static ZeroParams parse(Words words) throws ParamsException {
    if (words.size() != 0) {
      throw new Constructor(words).wordCount("No arguments required", 0, "none");
    }
    return new ZeroParams();
  }

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
