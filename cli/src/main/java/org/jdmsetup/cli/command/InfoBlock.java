package org.jdmsetup.cli.command;

import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.ioctl.session.DmReply;

/**
 * The description of a device: what {@code info} prints, and other commands with -v. It is long, or
 * a row in a report if the invocation makes one.
 */
final class InfoBlock {
  private InfoBlock() {}

  /**
   * Prints the block, or that there is no such device; or adds the row.
   *
   * @return whether the device exists and could be described
   */
  static boolean print(Session session, DmReply reply) {
    if (session.report() != null) {
      return session.report().add(reply);
    }
    Output out = session.out();
    DeviceInfo info = reply.info();
    if (!info.exists()) {
      out.line("Device does not exist.");
      return false;
    }
    out.print("Name:              ").line(reply.name());
    out.print("State:             ").print(info.suspended() ? "SUSPENDED" : "ACTIVE");
    if (info.readOnly()) {
      out.print(" (READ-ONLY)");
    }
    if (info.deferredRemove()) {
      out.print(" (DEFERRED REMOVE)");
    }
    out.print('\n');
    session
        .mapper()
        .readAhead(reply.name(), info.major(), info.minor())
        .ifPresent(sectors -> out.print("Read Ahead:        ").line(sectors.toString()));
    out.print("Tables present:    ").line(tables(info));
    if (info.openCount() != -1) {
      out.print("Open count:        ").print(info.openCount()).print('\n');
    }
    out.print("Event number:      ").print(Integer.toUnsignedLong(info.eventNr())).print('\n');
    out.print("Major, minor:      ").print(info.major()).print(", ");
    out.print(info.minor()).print('\n');
    if (info.targetCount() != -1) {
      out.print("Number of targets: ").print(info.targetCount()).print('\n');
    }
    if (!reply.uuid().isEmpty()) {
      out.print("UUID: ").line(reply.uuid());
    }
    out.print('\n');
    return true;
  }

  private static String tables(DeviceInfo info) {
    if (info.liveTable()) {
      return info.inactiveTable() ? "LIVE & INACTIVE" : "LIVE";
    }
    return info.inactiveTable() ? "INACTIVE" : "None";
  }
}
