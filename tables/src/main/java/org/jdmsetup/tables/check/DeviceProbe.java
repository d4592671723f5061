package org.jdmsetup.tables.check;

import org.jdmsetup.tables.parameters.DeviceRef;

/** Answers whether a device that a table names would open. */
@FunctionalInterface
public interface DeviceProbe {

  /** True only if a kernel certainly opens the device for this table; false when in doubt. */
  boolean opens(DeviceRef device);
}
