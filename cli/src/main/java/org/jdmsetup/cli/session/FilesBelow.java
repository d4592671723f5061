package org.jdmsetup.cli.session;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.tables.parameters.DeviceUse;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.TargetParams;

/**
 * What an engine's device sits on beside block devices: files and remote disks. They have no number
 * and are no dependencies to the control protocol; but the table names them.
 */
public final class FilesBelow {
  private FilesBelow() {}

  /** The paths and addresses in a device's table, each once; none in the kernel's world. */
  public static List<String> of(Session session, DeviceKey device) throws DmException {
    if (!session.mapper().isEngine()) {
      return List.of();
    }
    Set<String> files = new LinkedHashSet<>();
    for (TargetSpec rule : session.task(TaskType.TABLE).device(device).run().targets()) {
      try {
        for (DeviceUse use :
            TargetParams.parse(rule.type(), rule.length(), rule.params()).devices()) {
          if (!(use.device() instanceof DeviceRef.Number)) {
            files.add(use.device().toString());
          }
        }
      } catch (ParamsException notOurs) {
        continue; // a newer engine's
      }
    }
    return new ArrayList<>(files);
  }
}
