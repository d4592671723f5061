package org.jdmsetup.cli;

import org.jdmsetup.ioctl.DeviceKey;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmReply;
import org.jdmsetup.ioctl.TaskType;

/** {@code info}: the long description of devices, or with {@code -c} their rows in a report. */
final class InfoCommand extends DeviceCommand {

  @Override
  boolean repeats() {
    return true;
  }

  @Override
  boolean look(Session session, DeviceKey device) throws DmException {
    DmReply reply = session.task(TaskType.INFO).device(device).run();
    return reply.exists()
        ? InfoBlock.print(session, reply)
        : session.fail("Device does not exist.");
  }
}
