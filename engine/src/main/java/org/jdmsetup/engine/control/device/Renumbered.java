package org.jdmsetup.engine.control.device;

import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * A device whose number is another one than before.
 *
 * @param nodeDirectory where its node is, and {@code name} its name, in byte text
 */
public record Renumbered(
    String nodeDirectory, String name, DeviceNumber before, DeviceNumber now) {}
