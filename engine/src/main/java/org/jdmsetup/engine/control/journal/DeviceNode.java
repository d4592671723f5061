package org.jdmsetup.engine.control.journal;

import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Where a device's node is, and its number.
 *
 * @param directory in byte text
 * @param name of the device, in byte text
 * @param hasTable whether there is a table, so that clients have made a node
 */
public record DeviceNode(String directory, String name, DeviceNumber number, boolean hasTable) {}
