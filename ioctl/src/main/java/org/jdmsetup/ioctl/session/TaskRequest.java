package org.jdmsetup.ioctl.session;

import java.util.List;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmExceptions;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.TargetMessage;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.ioctl.udev.EventCookie;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What a task sends to the driver: a header with the device and the flags, and behind it a table or
 * a text. Looks first at whether the driver knows what is asked for.
 */
final class TaskRequest {
  /** First minor version of the interface that has these. */
  private static final int HAS_NOFLUSH = 12;

  private static final int HAS_QUERY_INACTIVE = 16;
  private static final int HAS_NEW_UUID = 19;
  private static final int HAS_IMA = 45;

  private final DeviceMapper session;
  private final DmTask task;
  private final DmExceptions errors;
  private final ControlDevice driver;

  /** The major of the request, after the default has taken the place of none. */
  private int major;

  TaskRequest(DeviceMapper session, DmTask task, ControlDevice driver) {
    this.session = session;
    this.task = task;
    this.errors = session.errors();
    this.driver = driver;
    this.major = task.major;
  }

  /** The major number that the request carries; 0 or less when it carries none. */
  int major() {
    return major;
  }

  /** Warns of what the driver does not know, or refuses to send it. */
  void checkFeatures() throws DmException {
    int minor = session.driverMinor();
    if ((task.flags & DmFlag.QUERY_INACTIVE_TABLE) != 0 && minor < HAS_QUERY_INACTIVE) {
      session.message(
          "WARNING: Inactive table query unsupported by kernel.  It will use live table.");
    }
    if (task.type == TaskType.RENAME && (task.flags & DmFlag.UUID) != 0 && minor < HAS_NEW_UUID) {
      throw unsupported("WARNING: Setting UUID unsupported by kernel.  Aborting operation.");
    }
    if ((task.flags & DmFlag.IMA_MEASUREMENT) != 0 && minor < HAS_IMA) {
      throw unsupported("WARNING: IMA measurement unsupported by kernel.  Aborting operation.");
    }
  }

  private DmException unsupported(String line) {
    return errors.report(
        Errno.EOPNOTSUPP.number(), List.of(line, "Couldn't create ioctl argument."));
  }

  /** Puts the driver's own major number in the place of none. */
  void substituteMajor() throws DmException {
    if (task.minor < 0) {
      return;
    }
    if (task.majorIsDefault) {
      major = driver.major();
    } else if (major <= 0) {
      throw errors.report(
          Errno.EINVAL.number(),
          List.of(
              "Missing major number for persistent device.", "Couldn't create ioctl argument."));
    }
  }

  /** The request as bytes; made anew for each attempt, as large as the session has buffers. */
  DmBuffer bytes(UdevOperation udev) throws DmException {
    long payload = payloadSize();
    long size = Math.max(session.bufferSize(), DmBuffer.HEADER_SIZE + payload);
    if (size > DmBuffer.MAX_SIZE) {
      throw errors.report(
          Errno.EINVAL.number(),
          List.of(new TaskFailure(session, task, driver, major).line(Errno.EINVAL.number())),
          List.of("The request has " + size + " bytes; drivers take at most " + DmBuffer.MAX_SIZE));
    }
    DmBuffer buffer = DmBuffer.allocate((int) size);
    DmCommand command = task.type.command();
    buffer.version(command.versionMajor(), command.versionMinor(), command.versionPatch());
    buffer.flags(task.flags);
    if (task.noFlush && session.driverMinor() >= HAS_NOFLUSH) {
      buffer.setFlag(DmFlag.NOFLUSH, true);
    }
    buffer.eventNr(eventField(udev));
    if (task.minor >= 0) {
      buffer.setFlag(DmFlag.PERSISTENT_DEV, true);
      buffer.dev(encoded(major, task.minor));
    }
    if (!(task.minor >= 0 && isByNumberAlone())) {
      buffer.name(task.name);
    }
    buffer.uuid(task.uuid);
    writePayload(buffer);
    return buffer;
  }

  /** As {@link DeviceNumber#encoded}, but for any numbers: what does not fit wraps. */
  private static long encoded(int major, int minor) {
    return (minor & 0xffL) | ((long) major << 8) | ((minor & ~0xffL) << 12);
  }

  private boolean isByNumberAlone() {
    return task.type == TaskType.RESUME || task.type == TaskType.RELOAD;
  }

  private long payloadSize() {
    switch (task.type) {
      case RELOAD:
        return TargetPayload.loadSize(task.targets);
      case MESSAGE:
        return TextPayload.size(new TargetMessage(task.sector, task.text));
      default:
        return TextPayload.size(task.text);
    }
  }

  private void writePayload(DmBuffer buffer) {
    switch (task.type) {
      case RELOAD:
        TargetPayload.writeLoad(buffer, task.targets);
        break;
      case MESSAGE:
        TextPayload.writeMessage(buffer, new TargetMessage(task.sector, task.text));
        break;
      default:
        TextPayload.write(buffer, task.text);
    }
  }

  /** The event number of a WAIT; in all other requests the cookie of the event for udev's rules. */
  private int eventField(UdevOperation udev) {
    if (task.type == TaskType.WAIT) {
      return task.eventNr;
    }
    if (session.driverMinor() < DeviceMapper.HAS_COOKIES) {
      return 0;
    }
    return EventCookie.of(session.udev().eventFlags(task.type), udev == null ? 0 : udev.base());
  }

  /** Whether its reply may need a larger buffer than there was. */
  boolean canGrow() {
    switch (task.type) {
      case NAMES:
      case VERSIONS:
      case TARGET_VERSION:
      case DEPS:
      case STATUS:
      case TABLE:
      case WAIT:
      case MESSAGE:
        return true;
      default:
        return false;
    }
  }

  /** Zeroes a buffer that can hold keys: tables and messages do. */
  void wipe(DmBuffer buffer) {
    if (task.type != TaskType.RELOAD
        && task.type != TaskType.TABLE
        && task.type != TaskType.MESSAGE) {
      return;
    }
    for (int i = 0; i + Long.BYTES <= buffer.capacity(); i += Long.BYTES) {
      buffer.bytes().putLong(i, 0);
    }
  }
}
