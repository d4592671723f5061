package org.jdmsetup.engine.control.device;

import java.util.List;

/**
 * What became of the journal's devices at start.
 *
 * @param devices how many came back
 * @param problems what could not be brought back, a sentence each
 * @param recognized disks and files that could be others for all that is known, or have another
 *     number, a sentence each
 */
public record Restored(int devices, List<String> problems, List<String> recognized) {}
