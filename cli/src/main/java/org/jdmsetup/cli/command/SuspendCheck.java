package org.jdmsetup.cli.command;

import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What {@code suspend --checks} looks for before it suspends a device: a suspended one below it, in
 * which the flush of the upper device would be stuck. It is reported, and the command goes on.
 */
final class SuspendCheck {
  private final Session session;

  private SuspendCheck(Session session) {
    this.session = session;
  }

  /** Looks below a device, unless it is suspended itself. */
  static void run(Session session, DeviceKey device) throws DmException {
    DmReply reply = deps(session, device);
    if (!reply.info().suspended()) {
      new SuspendCheck(session).checkBelow(reply, shown(device, reply));
    }
  }

  private void checkBelow(DmReply reply, String device) throws DmException {
    for (DeviceNumber number : reply.deps()) {
      if (!isMapped(number)) {
        continue;
      }
      DeviceKey key = DeviceKey.number(number.major(), number.minor());
      DmReply lower = deps(session, key);
      if (lower.info().suspended()) {
        session
            .err()
            .internalError(
                "Attempt to suspend device "
                    + device
                    + "that uses already-suspended device ("
                    + number
                    + ")");
      } else {
        checkBelow(lower, shown(key, lower));
      }
    }
  }

  /** The engine's devices share their major number with every loop device. */
  private boolean isMapped(DeviceNumber number) throws DmException {
    if (number.major() != session.mapper().major()) {
      return false;
    }
    return !session.mapper().isEngine()
        || session.mapper().task(TaskType.NAMES).run().devices().stream()
            .anyMatch(device -> device.number().equals(number));
  }

  private static DmReply deps(Session session, DeviceKey device) throws DmException {
    return session.mapper().task(TaskType.DEPS).device(device).run();
  }

  /** As it was asked for, in the C tool's words: a blank follows a number only. */
  private static String shown(DeviceKey device, DmReply reply) {
    if (device instanceof DeviceKey.ByNumber number) {
      return "(" + number.major() + ":" + number.minor() + ") ";
    }
    return device instanceof DeviceKey.ByUuid ? reply.mangledUuid() : reply.mangledName();
  }
}
