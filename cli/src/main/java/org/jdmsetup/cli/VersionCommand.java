package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.TaskType;

/** {@code version}: which dmsetup we stand in for, and the driver's version. */
final class VersionCommand extends Command {
  private static final String LIBRARY = "1.02.185 (2022-05-18)";

  @Override
  boolean run(Session session, List<String> operands) {
    Output out = session.out();
    out.print("Library version:   ").line(LIBRARY);
    try {
      String version = session.mapper().task(TaskType.VERSION).run().driverVersion();
      out.print("Driver version:    ").line(version);
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
