package org.jdmsetup.tables.parameters;

import java.util.Objects;
import org.jdmsetup.tables.Sectors;

/**
 * A part of a device that a rule sits on.
 *
 * @param device as the table names it
 * @param start first sector used
 * @param length sectors used
 */
public record DeviceUse(DeviceRef device, Sectors start, Sectors length) {

  public DeviceUse {
    Objects.requireNonNull(device);
    Objects.requireNonNull(start);
    Objects.requireNonNull(length);
  }
}
