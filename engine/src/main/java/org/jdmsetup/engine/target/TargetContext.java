package org.jdmsetup.engine.target;

import org.jdmsetup.engine.block.Backing;
import org.jdmsetup.tables.DeviceRef;

/** What a target has around it while it is made and afterwards. */
public interface TargetContext {

  /**
   * Opens a device for the table, once however often the table names it; it is given back together
   * with the table.
   *
   * @param kernelText the kernel's text when that fails
   */
  Backing open(DeviceRef device, String kernelText) throws TargetException;

  /** Counts an event of the mapped device and wakes who waits for one; from any thread. */
  void raiseEvent();
}
