package org.jdmsetup.engine.control.device;

import java.util.List;

/**
 * What became of the journal's devices at start.
 *
 * @param deviceCount how many came back
 * @param problems what could not be brought back, a sentence each
 * @param recognized disks and files that have another number, or that are not proved to be the same
 *     ones: a sentence each
 */
public record RestoreResult(int deviceCount, List<String> problems, List<String> recognized) {}
