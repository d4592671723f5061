package org.jdmsetup.ioctl.buffer;

/**
 * A message to the target that holds a sector.
 *
 * @param sector unsigned
 * @param text byte text
 */
public record TargetMessage(long sector, String text) {}
