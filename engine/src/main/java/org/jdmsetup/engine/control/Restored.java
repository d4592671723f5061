package org.jdmsetup.engine.control;

import java.util.List;
import org.jdmsetup.tables.DeviceNumber;

/**
 * What became of the journal's devices at start.
 *
 * @param devices how many came back
 * @param problems what could not be brought back, a sentence each
 * @param renumbered devices with another number than before
 */
public record Restored(int devices, List<String> problems, List<Renumbered> renumbered) {

  /**
   * A device whose number is another one than before.
   *
   * @param nodeDirectory where its node is, and {@code name} its name, in byte text
   */
  public record Renumbered(
      String nodeDirectory, String name, DeviceNumber before, DeviceNumber now) {}
}
