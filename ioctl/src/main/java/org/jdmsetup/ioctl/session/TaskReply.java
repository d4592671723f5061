package org.jdmsetup.ioctl.session;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.AddNode;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmExceptions;
import org.jdmsetup.ioctl.buffer.DepsPayload;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.buffer.ManglingException;
import org.jdmsetup.ioctl.buffer.NamesPayload;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.ioctl.buffer.VersionsPayload;
import org.jdmsetup.ioctl.node.DeviceNodes;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What a driver answered to a task: its bytes taken apart, names as users see them, and the changes
 * of device nodes that follow from it queued.
 */
final class TaskReply {
  /** First minor version of the interface that has event numbers in the list of names. */
  private static final int HAS_EVENTS_IN_LIST = 38;

  private final DeviceMapper session;
  private final DmTask task;
  private final DmExceptions errors;

  /** Null for a task of which udev learns nothing. */
  private final UdevOperation udev;

  TaskReply(DeviceMapper session, DmTask task, UdevOperation udev) {
    this.session = session;
    this.task = task;
    this.errors = session.errors();
    this.udev = udev;
  }

  /** What a reply says, after the changes of device nodes that follow from it are queued. */
  DmReply of(DmBuffer buffer) throws MalformedBufferException, DmException {
    String name = buffer.name();
    String uuid = buffer.uuid();
    queueNodeChanges(buffer, name.isEmpty() ? task.name : name);
    List<ListedDevice> devices =
        task.type == TaskType.NAMES
            ? unmangled(NamesPayload.read(buffer, session.driverMinor() >= HAS_EVENTS_IN_LIST))
            : List.of();
    return new DmReply(
        info(buffer),
        unmangled(name, "name"),
        name,
        task.type == TaskType.REMOVE ? uuid : unmangled(uuid, "UUID"),
        uuid,
        hasTargets() ? TargetPayload.readStatus(buffer) : List.of(),
        devices,
        task.type == TaskType.DEPS ? DepsPayload.read(buffer) : List.of(),
        hasVersions() ? VersionsPayload.read(buffer) : List.of(),
        task.type == TaskType.MESSAGE ? TextPayload.readAnswer(buffer) : null,
        buffer.versionMajor() + "." + buffer.versionMinor() + "." + buffer.versionPatch());
  }

  /** What is answered in the place of a device that does not exist. */
  DmReply absent() throws DmException {
    if (task.type == TaskType.MKNODES) {
      if (session.isEngine()) {
        session.nodes().removeStale(task.name);
      } else {
        session.nodes().remove(task.name, false);
      }
    }
    return new DmReply(
        new DeviceInfo(false, false, false, false, false, false, false, 0, 0, 0, 0, 0),
        unmangled(task.name, "name"),
        task.name,
        unmangled(task.uuid, "UUID"),
        task.uuid,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        "");
  }

  private boolean hasTargets() {
    return task.type.command() == DmCommand.TABLE_STATUS || task.type == TaskType.WAIT;
  }

  private boolean hasVersions() {
    return task.type == TaskType.VERSIONS || task.type == TaskType.TARGET_VERSION;
  }

  private static DeviceInfo info(DmBuffer buffer) {
    DeviceNumber number = DeviceNumber.ofEncoded(buffer.dev());
    return new DeviceInfo(
        true,
        buffer.hasFlag(DmFlag.SUSPEND),
        buffer.hasFlag(DmFlag.READONLY),
        buffer.hasFlag(DmFlag.ACTIVE_PRESENT),
        buffer.hasFlag(DmFlag.INACTIVE_PRESENT),
        buffer.hasFlag(DmFlag.DEFERRED_REMOVE),
        buffer.hasFlag(DmFlag.INTERNAL_SUSPEND),
        buffer.openCount(),
        buffer.eventNr(),
        number.major(),
        number.minor(),
        buffer.targetCount());
  }

  private String unmangled(String text, String word) throws DmException {
    try {
      return session.settings().mangling().unmangle(text, word);
    } catch (ManglingException e) {
      throw errors.report(Errno.EINVAL.number(), e.lines(), List.of(Mangling.EXPLANATION));
    }
  }

  /** A name that should have been mangled spoils the list, but all such names are reported. */
  private List<ListedDevice> unmangled(List<ListedDevice> devices) throws DmException {
    List<ListedDevice> shown = new ArrayList<>(devices.size());
    DmException bad = null;
    for (ListedDevice device : devices) {
      try {
        shown.add(
            new ListedDevice(
                unmangled(device.name(), "name"),
                device.number(),
                device.eventNr(),
                device.uuid() == null ? null : unmangled(device.uuid(), "UUID")));
      } catch (DmException e) {
        bad = e;
      }
    }
    if (bad != null) {
      throw bad;
    }
    return shown;
  }

  private void queueNodeChanges(DmBuffer buffer, String name) throws DmException {
    DeviceNodes nodes = session.nodes();
    DeviceNumber number = DeviceNumber.ofEncoded(buffer.dev());
    boolean byUdev = session.udevMakesNodes();
    boolean expectedOfUdev = udev != null && udev.isWaitedFor() && session.udev().canBeVerified();
    switch (task.type) {
      case CREATE:
        if (!byUdev && task.addNode == AddNode.ON_CREATE) {
          nodes.add(name, number, task.owner, false);
        }
        break;
      case RESUME:
        if (!byUdev && task.addNode == AddNode.ON_RESUME) {
          nodes.add(name, number, task.owner, expectedOfUdev);
        }
        nodes.readAhead(name, number, task.readAhead);
        break;
      case REMOVE:
        if (!byUdev) {
          nodes.remove(name, expectedOfUdev); // also when deferred: nobody could remove it later
        }
        break;
      case RENAME:
        if (!byUdev && (task.flags & DmFlag.UUID) == 0) {
          nodes.rename(task.name, task.text, expectedOfUdev);
        }
        break;
      case MKNODES:
        // under the name that is shown, which --exec hands on, beside the mangled one of old
        nodes.add(unmangled(name, "name"), number, task.owner, false);
        break;
      default:
        break;
    }
  }
}
