package org.jdmsetup.ioctl.buffer;

import org.jdmsetup.tables.Sectors;

/**
 * A message to the target that holds a sector.
 *
 * @param sector of the mapped device
 * @param text byte text
 */
public record TargetMessage(Sectors sector, String text) {}
