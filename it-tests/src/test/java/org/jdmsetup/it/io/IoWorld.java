package org.jdmsetup.it.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** What scripts run on: a device mapper, and disks for it. Used by one script at a time. */
interface IoWorld extends AutoCloseable {

  /**
   * A disk of this world: a loop device.
   *
   * @param file what the loop device is on
   */
  record WorldDisk(Path file, DeviceNumber number) {}

  /** The disks A, B, ... */
  List<WorldDisk> disks();

  /** One control request, answered in place; 0 or the error number. */
  int call(DmCommand command, DmBuffer buffer);

  /** Opens a mapped device. */
  IoDevice open(String name, DeviceNumber number) throws IOException;

  @Override
  void close() throws IOException;
}
