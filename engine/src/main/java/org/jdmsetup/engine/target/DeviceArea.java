package org.jdmsetup.engine.target;

import org.jdmsetup.engine.block.Backing;

/**
 * A part of a device that a rule covers.
 *
 * @param start first sector, unsigned
 * @param length sectors, unsigned
 */
public record DeviceArea(Backing device, long start, long length) {}
