package org.jdmsetup.ioctl.session;

/**
 * What a reply's header says about a device.
 *
 * @param exists false when the driver knows no such device (info, mknodes and status requests); the
 *     other components mean nothing then
 * @param openCount -1 when the driver did not say
 * @param eventNr unsigned
 * @param targetCount -1 when the driver did not say
 */
public record DeviceInfo(
    boolean exists,
    boolean suspended,
    boolean readOnly,
    boolean liveTable,
    boolean inactiveTable,
    boolean deferredRemove,
    boolean internalSuspend,
    int openCount,
    int eventNr,
    int major,
    int minor,
    int targetCount) {}
