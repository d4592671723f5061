package org.jdmsetup.cli.report;

import java.util.List;
import java.util.Optional;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** A mapped device as its row needs it. What a report does not need is not asked for. */
public interface ReportedDevice {

  /** As the session shows it. */
  String name();

  /** As the session shows it; empty if it has none. */
  String uuid();

  /** The session's mode. */
  Mangling mangling();

  DeviceInfo info();

  /** None if it cannot be read, which has been reported. */
  Optional<Sectors> readAhead();

  /** The kernel's name of a block device; null if it cannot be found. */
  String blockName(DeviceNumber device);

  /**
   * The devices that the table names, in the driver's order.
   *
   * @throws ReportException when the driver does not say; that has been reported
   */
  List<DeviceNumber> uses() throws ReportException;

  /**
   * The tree of all devices.
   *
   * @throws ReportException when there is none; that has been reported
   */
  DeviceTree tree() throws ReportException;
}
