package org.jdmsetup.engine.block;

import org.jdmsetup.tables.DeviceNumber;

/** The engine's own devices, as tables can name them: that reference stays inside the engine. */
public interface EngineDevices {

  /** The major number of all of them. */
  int major();

  /** The device with this number, or null. */
  Backing byNumber(DeviceNumber number);

  /**
   * The device that a path names although no block device needs to be there: under the node
   * directory, or where the engine shows its devices as files; else null.
   *
   * @param path absolute, in byte text
   */
  Backing byPath(String path);
}
