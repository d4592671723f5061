package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DeviceMapper;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.ProductVersion;
import org.jdmsetup.ioctl.TaskType;

/**
 * {@code version}: which dmsetup we stand in for, and the driver's version; for people, our own.
 */
final class VersionCommand extends Command {
  @Override
  boolean run(Session session, List<String> operands) {
    Output out = session.out();
    out.print("Library version:   ").line(DeviceMapper.LIBRARY_VERSION);
    if (session.verbose()) {
      session.note("this is jdmsetup " + ProductVersion.ours());
    }
    try {
      String version = session.mapper().task(TaskType.VERSION).run().driverVersion();
      out.print("Driver version:    ").line(version);
      if (session.mapper().isEngine()) {
        session.note("the driver is " + session.mapper().description());
      }
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
