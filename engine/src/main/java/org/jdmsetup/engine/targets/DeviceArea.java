package org.jdmsetup.engine.targets;

import org.jdmsetup.engine.backing.Backing;

/**
 * A part of a device that a rule covers.
 *
 * @param start first sector, unsigned
 * @param length sectors, unsigned
 */
public record DeviceArea(Backing device, long start, long length) {}
