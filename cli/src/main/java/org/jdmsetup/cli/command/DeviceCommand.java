package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.session.DeviceKey;

/** A command that runs on one device after another: on each operand, or on all devices. */
abstract class DeviceCommand extends Command {

  @Override
  int maxOperands() {
    return ANY;
  }

  @Override
  public final boolean run(Session session, List<String> operands) {
    prepare(session);
    try {
      if (!operands.isEmpty() || session.deviceByOption()) {
        return runOn(session, session.device(operands));
      }
      return runOnAll(session);
    } catch (DmException e) {
      return session.fail(e);
    }
  }

  /** Comes first, before the driver is asked anything. */
  void prepare(Session session) {}

  /** Runs on one device. */
  abstract boolean runOn(Session session, DeviceKey device) throws DmException;

  /** Runs on all devices: goes on after a failure, and fails if any failed. */
  boolean runOnAll(Session session) throws DmException {
    List<String> names = session.deviceNames();
    if (names.isEmpty()) {
      session.out().line("No devices found");
      return true;
    }
    session.multiple(true);
    boolean good = true;
    for (String name : names) {
      try {
        good &= runOn(session, DeviceKey.name(name));
      } catch (DmException e) {
        good = session.fail(e);
      }
    }
    return good;
  }
}
