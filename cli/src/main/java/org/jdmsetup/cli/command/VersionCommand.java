package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.Libdevmapper;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.driver.ProductVersion;

/**
 * {@code version}: the version of dmsetup that we stand in for, and the driver's; with -v also our
 * own.
 */
public final class VersionCommand extends Command {
  @Override
  public boolean run(Session session, List<String> operands) {
    Output out = session.out();
    out.print("Library version:   ").line(Libdevmapper.VERSION);
    if (session.verbose()) {
      session.err().note("this is jdmsetup " + ProductVersion.ours());
    }
    try {
      String version = session.mapper().task(TaskType.VERSION).run().driverVersion();
      out.print("Driver version:    ").line(version);
      if (session.mapper().isEngine()) {
        session.err().note("the driver is " + session.mapper().description());
      }
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
