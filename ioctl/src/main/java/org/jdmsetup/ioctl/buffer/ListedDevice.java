package org.jdmsetup.ioctl.buffer;

import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * One device of a LIST_DEVICES reply.
 *
 * @param name byte text
 * @param eventNr unsigned; 0 from drivers below 4.38
 * @param uuid byte text; null when the driver did not say (request without the UUID flag, or a
 *     driver below 4.38), empty when the device has none
 */
public record ListedDevice(String name, DeviceNumber number, int eventNr, String uuid) {}
