package org.jdmsetup.ioctl.session;

import java.util.List;
import org.jdmsetup.ioctl.AddNode;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmExceptions;
import org.jdmsetup.ioctl.NodeOwner;
import org.jdmsetup.ioctl.ReadAhead;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.buffer.Mangling.Subject;
import org.jdmsetup.ioctl.buffer.ManglingException;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.node.NodePath;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.ParsedTable;

/**
 * One request to the driver, as libdevmapper's {@code dm_task}: settings first, then {@link #run}.
 * Made by {@link DeviceMapper#task}. A task runs once.
 */
public final class DmTask {
  private final DeviceMapper session;
  final TaskType type;
  private final DmExceptions errors;

  /** As the driver will get it: mangled, at most 127 bytes. Empty when the key is another. */
  String name = "";

  String uuid = "";
  int major = -1;
  int minor = -1;

  /** The text of RENAME, MESSAGE and SET_GEOMETRY. */
  String text = "";

  Sectors sector = Sectors.ZERO;
  int eventNr;
  int flags;
  List<TargetSpec> targets = List.of();

  /** Where the targets came from, if they are to be checked. */
  ParsedTable table;

  boolean majorIsDefault = true;
  boolean noFlush;
  boolean retry;
  NodeOwner owner = NodeOwner.DEFAULT;
  ReadAhead readAhead = ReadAhead.AUTO;
  AddNode addNode = AddNode.ON_RESUME;

  /** What the task is a part of; null for one of its own. */
  UdevOperation udev;

  DmTask(DeviceMapper session, TaskType type) {
    this.session = session;
    this.type = type;
    this.errors = session.errors();
    flag(DmFlag.EXISTS, true);
    flag(DmFlag.SUSPEND, type == TaskType.SUSPEND);
    flag(DmFlag.STATUS_TABLE, type == TaskType.TABLE);
  }

  private DmTask flag(int flag, boolean on) {
    flags = on ? flags | flag : flags & ~flag;
    return this;
  }

  /**
   * Which device; for CREATE its name, and for TARGET_VERSION the target's. May be called for a
   * name and for a number.
   *
   * @throws DmException when a name or UUID is too long, cannot be mangled, or a path leads nowhere
   */
  public DmTask device(DeviceKey key) throws DmException {
    if (key instanceof DeviceKey.ByName byName) {
      name = nameOf(byName.name());
    } else if (key instanceof DeviceKey.ByExactName exact) {
      name = limited(exact.name());
    } else if (key instanceof DeviceKey.ByUuid byUuid) {
      uuid(byUuid.uuid());
    } else if (key instanceof DeviceKey.ByNumber number) {
      major = number.major();
      minor = number.minor();
      majorIsDefault = number.major() == -1;
    }
    return this;
  }

  private String nameOf(String typed) throws DmException {
    if (typed.indexOf('/') < 0) {
      return mangled(limited(typed), Subject.NAME);
    }
    session.driver(); // whose own failure comes first
    if (type == TaskType.CREATE) {
      throw isPath(typed);
    }
    String shown =
        session.hasNodes() ? null : NodePath.nameIn(session.settings().nodeDirectory(), typed);
    if (shown != null) {
      return mangled(limited(shown), Subject.NAME);
    }
    String found = new NodePath(session.settings()).nameOf(typed);
    if (found == null) {
      throw errors.report(Errno.ENXIO.number(), "Device " + NodePath.display(typed) + " not found");
    }
    return limited(found);
  }

  private String limited(String value) throws DmException {
    if (value.length() > DmBuffer.NAME_LIMIT) {
      throw tooLong("Name \"" + value + "\" too long.", value, DmBuffer.NAME_LIMIT);
    }
    return value;
  }

  private DmException isPath(String name) {
    return errors.report(
        Errno.EINVAL.number(),
        List.of("Name \"" + name + "\" invalid. It contains \"/\"."),
        List.of(
            "The new name of a device is no path: the device appears as "
                + session.settings().nodeDirectory()
                + "/NAME."));
  }

  private DmException tooLong(String line, String value, int limit) {
    return errors.report(
        Errno.ENAMETOOLONG.number(),
        List.of(line),
        List.of("It has " + value.length() + " bytes; at most " + limit + " are possible."));
  }

  private String mangled(String value, Subject subject) throws DmException {
    try {
      return session.settings().mangling().mangle(value, subject);
    } catch (ManglingException e) {
      throw errors.report(Errno.EINVAL.number(), e.lines(), List.of(Mangling.EXPLANATION));
    }
  }

  /** The UUID, as the user typed it, that a CREATE gives the device. */
  public DmTask uuid(String value) throws DmException {
    String full = mangled(value, Subject.UUID);
    uuid = full.substring(0, Math.min(full.length(), DmBuffer.UUID_LIMIT));
    return this;
  }

  /** RENAME: the new name, as the user typed it. */
  public DmTask newName(String value) throws DmException {
    if (value.indexOf('/') >= 0) {
      throw isPath(value);
    }
    if (value.length() > DmBuffer.NAME_LIMIT) {
      throw tooLong("Name \"" + value + "\" too long", value, DmBuffer.NAME_LIMIT);
    }
    if (value.isEmpty()) {
      throw errors.report(Errno.EINVAL.number(), "Non empty new name is required.");
    }
    text = mangled(value, Subject.NEW_NAME);
    return this;
  }

  /** RENAME: the UUID to set, as the user typed it. */
  public DmTask newUuid(String value) throws DmException {
    if (value.length() > DmBuffer.UUID_LIMIT) {
      throw tooLong("Uuid \"" + value + "\" too long", value, DmBuffer.UUID_LIMIT);
    }
    text = mangled(value, Subject.NEW_UUID);
    return flag(DmFlag.UUID, true);
  }

  /** RELOAD: the rules, which are not checked. */
  public DmTask targets(List<TargetSpec> value) {
    targets = List.copyOf(value);
    return this;
  }

  /**
   * RELOAD: the rules of a table. One that every kernel refuses fails as if the driver had refused
   * it, unless {@link Settings#forceLoad} is on.
   */
  public DmTask table(ParsedTable value) {
    table = value;
    return targets(value.rules().stream().map(TargetSpec::of).toList());
  }

  public DmTask readOnly(boolean on) {
    return flag(DmFlag.READONLY, on);
  }

  /** Drops NOFLUSH silently when the driver does not know it. */
  public DmTask noFlush(boolean on) {
    noFlush = on;
    return this;
  }

  public DmTask skipLockFs(boolean on) {
    return flag(DmFlag.SKIP_LOCKFS, on);
  }

  public DmTask noOpenCount(boolean on) {
    return flag(DmFlag.SKIP_BDGET, on);
  }

  public DmTask queryInactive(boolean on) {
    return flag(DmFlag.QUERY_INACTIVE_TABLE, on);
  }

  /** REMOVE, REMOVE_ALL: remove when the last user goes. */
  public DmTask deferred(boolean on) {
    return flag(DmFlag.DEFERRED_REMOVE, on);
  }

  /** REMOVE: try again for five seconds while the device is busy. */
  public DmTask retry(boolean on) {
    retry = on;
    return this;
  }

  /** STATUS: measurements instead of status. */
  public DmTask imaMeasurement(boolean on) {
    return flag(DmFlag.IMA_MEASUREMENT, on);
  }

  /** NAMES: ask for UUIDs too. */
  public DmTask withUuids(boolean on) {
    return flag(DmFlag.UUID, on);
  }

  /** WAIT: return when the event number is no longer this. */
  public DmTask eventNr(int number) {
    eventNr = number;
    return this;
  }

  /** MESSAGE: to the target that holds this sector . */
  public DmTask message(Sectors toSector, String value) {
    sector = toSector;
    text = value;
    return this;
  }

  /** SET_GEOMETRY: {@code cylinders heads sectors start}, passed on unchecked. */
  public DmTask geometry(String value) {
    text = value;
    return this;
  }

  /** CREATE, RESUME, MKNODES: whose the node shall be. */
  public DmTask owner(NodeOwner value) {
    owner = value;
    return this;
  }

  /** RESUME: the read-ahead that the device shall have. */
  public DmTask readAhead(ReadAhead value) {
    readAhead = value;
    return this;
  }

  /** CREATE and RESUME: which of the two makes the node. */
  public DmTask addNode(AddNode when) {
    addNode = when;
    return this;
  }

  /** Makes the task a step of a longer change. */
  DmTask partOf(UdevOperation operation) {
    udev = operation;
    return this;
  }

  /**
   * Issues the request. Changes of device nodes that follow from it are queued, see {@link
   * DeviceMapper#updateNodes}.
   *
   * @throws DmException when it failed; its lines have been printed
   */
  public DmReply run() throws DmException {
    return new TaskRun(session, this).run();
  }
}
