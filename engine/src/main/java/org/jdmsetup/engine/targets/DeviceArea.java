package org.jdmsetup.engine.targets;

import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.tables.Sectors;

/**
 * A part of a device that a rule covers.
 *
 * @param start first sector
 * @param length in sectors
 */
public record DeviceArea(Backing device, Sectors start, Sectors length) {}
