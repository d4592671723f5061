package org.jdmsetup.cli.command;

import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;

/** {@code info}: the long description of devices, or with {@code -c} their rows in a report. */
final class InfoCommand extends DeviceCommand {

  @Override
  public boolean repeats() {
    return true;
  }

  @Override
  boolean runOn(Session session, DeviceKey device) throws DmException {
    DmReply reply = session.task(TaskType.INFO).device(device).run();
    return reply.exists()
        ? InfoBlock.print(session, reply)
        : session.fail("Device does not exist.");
  }
}
