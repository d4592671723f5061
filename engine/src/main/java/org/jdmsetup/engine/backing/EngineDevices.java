package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** The engine's own devices, as tables can name them: that reference stays inside the engine. */
public interface EngineDevices {

  /** The major number of all of them. */
  int major();

  /** The device with this number, or null. */
  Backing byNumber(DeviceNumber number);

  /**
   * The device whose node would have this path, although no node needs to be there; else null.
   *
   * @param path absolute, in byte text
   */
  Backing byNode(String path);

  /**
   * Counts one more table that uses the device; the first one also claims its node, so that no
   * other program can open it exclusively. Undone by {@link Backing#release}.
   *
   * @throws DeviceOpenException when it is going away (ENXIO) or mounted (EBUSY)
   */
  void claim(Backing ours) throws DeviceOpenException;

  /**
   * Whether a file is one of those that the engine itself shows or needs: no table may sit on them.
   *
   * @param path canonical, in byte text
   */
  boolean isOwnFile(String path, FileFacts facts);
}
