package org.jdmsetup.engine.control.device;

import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What most replies tell of a device, all of one moment.
 *
 * @param deferredRemove whether it goes with its last user
 * @param hasLive whether it has a live table
 * @param hasInactive whether it has a loaded table
 * @param readOnly of the table that was asked about; false when there is none
 * @param targets how many rules that table has; 0 when there is none
 */
public record DeviceStatus(
    DeviceNumber number,
    int eventNumber,
    boolean suspended,
    boolean deferredRemove,
    boolean hasLive,
    boolean hasInactive,
    boolean readOnly,
    int targets) {}
