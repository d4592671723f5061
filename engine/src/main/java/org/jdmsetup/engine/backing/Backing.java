package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * A device as a table holds it: what a rule sits on. Shared by all tables that name it: each counts
 * as a user from {@link #retain} to {@link #release}.
 */
public interface Backing extends BlockDevice {

  /** The device's number; null for what has none, such as a regular file. */
  DeviceNumber number();

  /**
   * How tables print it: {@code major:minor}, or for a regular file its absolute path in byte text,
   * not escaped.
   */
  String tableWord();

  /** For people: {@code /dev/sdb (8:16)}. */
  String description();

  /** What it is known by to a daemon that comes later. */
  Identity identity();

  /** Where the device begins on the disk whose limits these are: for a partition. */
  default Sectors limitsStart() {
    return Sectors.ZERO;
  }

  /**
   * One more table uses the device.
   *
   * @return false when the device is going away and cannot be used any more
   */
  boolean retain();

  /** One table less uses it; what was opened for it is closed when there is none left. */
  void release();
}
