package org.jdmsetup.ioctl.session;

import java.util.List;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.EndingSignals;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.text.ParsedTable;

/**
 * A device is made, its table loaded, and the device resumed; when a step fails, or a signal to end
 * comes between two, the device is removed again.
 */
final class DeviceCreation {
  private final DeviceMapper session;
  private final DmTask wanted;
  private final ParsedTable table;
  private UdevOperation operation;

  /**
   * @param wanted a CREATE with all that is to hold for the device
   * @param table of one rule or more
   */
  DeviceCreation(DeviceMapper session, DmTask wanted, ParsedTable table) {
    this.session = session;
    this.wanted = wanted;
    this.table = table;
  }

  /** Makes the device; returns what resuming it answered. */
  DmReply run() throws DmException {
    EndingSignals signals = session.settings().endingSignals();
    operation = UdevOperation.begin(session);
    try {
      return create();
    } finally {
      if (operation.isWaitedFor() && !signals.arrived()) {
        signals.release(); // nobody knows whether udev will answer
      }
      operation.end();
    }
  }

  private DmReply create() throws DmException {
    DeviceKey name = DeviceKey.exactName(wanted.name);
    DmTask create =
        session
            .task(TaskType.CREATE)
            .device(name)
            .device(DeviceKey.number(-1, wanted.minor))
            .owner(wanted.owner)
            .addNode(wanted.addNode);
    create.uuid = wanted.uuid;
    DmReply created = create.run();
    try {
      stopIfSignalled();
      session
          .task(TaskType.RELOAD)
          .device(name)
          .device(DeviceKey.number(created.info().major(), created.info().minor()))
          .readOnly((wanted.flags & DmFlag.READONLY) != 0)
          .table(table)
          .run();
      stopIfSignalled();
      DmTask resume =
          session
              .task(TaskType.RESUME)
              .device(name)
              .device(DeviceKey.number(wanted.major, wanted.minor))
              .owner(wanted.owner)
              .addNode(wanted.addNode)
              .readAhead(wanted.readAhead)
              .partOf(operation);
      resume.flags = wanted.flags;
      return resume.run();
    } catch (DmException e) {
      operation.completePendingStep();
      revert(create.name);
      throw e;
    }
  }

  private void stopIfSignalled() throws DmException {
    if (session.settings().endingSignals().arrived()) {
      throw session.errors().report(Errno.EINTR.number(), List.of());
    }
  }

  private void revert(String name) {
    try {
      operation.addStep();
    } catch (DmException e) {
      // said; the device has to go all the same
    }
    try {
      session.task(TaskType.REMOVE).device(DeviceKey.exactName(name)).partOf(operation).run();
    } catch (DmException e) {
      session.message("Failed to revert device creation.");
    }
  }
}
