package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.BlockNames;
import org.jdmsetup.cli.session.FilesBelow;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** {@code deps}: the devices below a device. */
final class DepsCommand extends DeviceCommand {

  @Override
  public boolean takesSelection() {
    return true;
  }

  @Override
  boolean runOn(Session session, DeviceKey device) throws DmException {
    DmReply reply = session.task(TaskType.DEPS).device(device).run();
    Output out = session.out();
    if (!reply.exists()) {
      out.line("Device does not exist.");
      return true;
    }
    if (session.verbose()) {
      InfoBlock.print(session, reply);
    } else if (session.multiple()) {
      out.print(reply.name()).print(": ");
    }
    out.print(reply.deps().size()).print(" dependencies\t:");
    for (DeviceNumber below : reply.deps()) {
      out.print(" (").print(shown(session, below)).print(')');
    }
    out.print('\n');
    List<String> files = FilesBelow.of(session, device);
    if (!files.isEmpty()) {
      session.remark(
          reply.name()
              + " also sits on what has no device number and is not counted: "
              + String.join(", ", files));
    }
    if (session.multiple() && session.verbose()) {
      out.print('\n');
    }
    return true;
  }

  private static String shown(Session session, DeviceNumber device) throws DmException {
    String name = BlockNames.of(session, device);
    // unlike ls, numbers are apart here
    return name.equals(device.toString()) ? device.major() + ", " + device.minor() : name;
  }
}
