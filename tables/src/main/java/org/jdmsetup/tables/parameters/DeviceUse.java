package org.jdmsetup.tables.parameters;

import java.util.Objects;

/**
 * A part of a device that a rule sits on.
 *
 * @param device as the table names it
 * @param start first sector used, unsigned 64 bits
 * @param length sectors used, unsigned 64 bits
 */
public record DeviceUse(DeviceRef device, long start, long length) {

  public DeviceUse {
    Objects.requireNonNull(device);
  }
}
