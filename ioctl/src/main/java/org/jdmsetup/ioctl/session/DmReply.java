package org.jdmsetup.ioctl.session;

import java.util.List;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What the driver answered to a task. Parts that its request does not return are empty.
 *
 * @param info state of the device
 * @param name as users see it (unmangled)
 * @param mangledName as the driver holds it
 * @param uuid as users see it
 * @param mangledUuid as the driver holds it
 * @param targets of status, table and wait
 * @param devices of names, in the driver's order, with unmangled names
 * @param deps of deps, in the driver's order
 * @param versions of versions and target-version, in the driver's order
 * @param answer a target's answer to a message; null when it gave none
 * @param driverVersion of every task: {@code a.b.c}
 */
public record DmReply(
    DeviceInfo info,
    String name,
    String mangledName,
    String uuid,
    String mangledUuid,
    List<TargetSpec> targets,
    List<ListedDevice> devices,
    List<DeviceNumber> deps,
    List<TargetVersion> versions,
    String answer,
    String driverVersion) {

  /** Whether the driver knows the device that was asked for. */
  public boolean exists() {
    return info.exists();
  }
}
