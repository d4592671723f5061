package org.jdmsetup.ioctl.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
import org.jdmsetup.ioctl.buffer.TargetMessage;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.ioctl.buffer.VersionsPayload;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.ioctl.node.DeviceNodes;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.check.Problem;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * One task on its way to the driver and back: the request is built, issued, repeated while the
 * buffer is too small or the device busy, its failure reported, its reply taken apart, and what it
 * means for device nodes queued.
 */
final class TaskRun {
  /** Attempts to remove a busy device, and the pause between them. */
  private static final int REMOVE_ATTEMPTS = 25;

  private static final long REMOVE_PAUSE_MILLIS = 200;

  /** First minor version of the interface that has these. */
  private static final int HAS_NOFLUSH = 12;

  private static final int HAS_QUERY_INACTIVE = 16;
  private static final int HAS_UEVENT_FLAG = 17;
  private static final int HAS_NEW_UUID = 19;
  private static final int HAS_EVENTS_IN_LIST = 38;
  private static final int HAS_IMA = 45;

  private final DeviceMapper session;
  private final DmTask task;
  private final DmExceptions errors;
  private ControlDevice driver;

  /** Null for a task of which udev learns nothing. */
  private UdevOperation udev;

  /** The major of the request, after the default has taken the place of none. */
  private int major;

  TaskRun(DeviceMapper session, DmTask task) {
    this.session = session;
    this.task = task;
    this.errors = session.errors();
    this.major = task.major;
  }

  DmReply run() throws DmException {
    boolean driverHasMajor = task.minor >= 0 && task.majorIsDefault;
    driver = session.driver(driverHasMajor ? null : task.type);
    session.negotiate();
    checkFeatures();
    substituteMajor();
    refuseCertainFailure();
    if (!makesUdevAct()) {
      return exchange();
    }
    udev = task.udev == null ? UdevOperation.begin(session) : task.udev;
    try {
      return exchange();
    } finally {
      udev.unanswered();
      if (task.udev == null) {
        udev.end();
      }
    }
  }

  private boolean makesUdevAct() {
    return task.type == TaskType.RESUME
        || task.type == TaskType.REMOVE
        || task.type == TaskType.RENAME;
  }

  /** Sends the request until there is an answer to it. */
  private DmReply exchange() throws DmException {
    int busyAttempts = 0;
    while (true) {
      DmBuffer buffer = request();
      try {
        int errno = driver.call(task.type.command(), buffer.bytes());
        if (errno == 0) {
          if (udev != null && isSentToUdev(buffer)) {
            udev.leftToUdev();
          }
          buffer.checkSize();
          if (buffer.hasFlag(DmFlag.BUFFER_FULL)) {
            if (canGrow() && session.doubleBuffers()) {
              continue;
            }
            session.message("WARNING: libdevmapper buffer too small for data");
          }
          return finish(buffer);
        }
        if (errno == Errno.ENXIO.number() && isTolerant()) {
          return finishAbsent();
        }
        if (errno == Errno.EBUSY.number()
            && task.type == TaskType.REMOVE
            && task.retry
            && ++busyAttempts < REMOVE_ATTEMPTS) {
          session.message(errorLine(errno));
          TimeUnit.MILLISECONDS.sleep(REMOVE_PAUSE_MILLIS);
          continue;
        }
        throw failure(errno);
      } catch (MalformedBufferException e) {
        throw errors.report(
            Errno.EPROTO.number(),
            "device-mapper: " + task.type.label() + " reply is malformed: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw errors.report(Errno.EINTR.number(), List.of());
      } finally {
        wipe(buffer);
      }
    }
  }

  private boolean isSentToUdev(DmBuffer reply) {
    return session.driverMinor() < HAS_UEVENT_FLAG || reply.hasFlag(DmFlag.UEVENT_GENERATED);
  }

  // --- the request -----------------------------------------------------------------------------

  private void checkFeatures() throws DmException {
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

  private void substituteMajor() throws DmException {
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

  private DmBuffer request() throws DmException {
    long payload = payloadSize();
    long size = Math.max(session.bufferSize(), DmBuffer.HEADER_SIZE + payload);
    if (size > DmBuffer.MAX_SIZE) {
      throw errors.report(
          Errno.EINVAL.number(),
          List.of(errorLine(Errno.EINVAL.number())),
          List.of("The request has " + size + " bytes; drivers take at most " + DmBuffer.MAX_SIZE));
    }
    DmBuffer buffer = DmBuffer.allocate((int) size);
    DmCommand command = task.type.command();
    buffer.version(command.versionMajor(), command.versionMinor(), command.versionPatch());
    buffer.flags(task.flags);
    if (task.noFlush && session.driverMinor() >= HAS_NOFLUSH) {
      buffer.setFlag(DmFlag.NOFLUSH, true);
    }
    buffer.eventNr(eventField());
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

  /**
   * The event number of a WAIT; in requests that make udev act, the flags for its rules. A cookie,
   * which udev would answer, goes into the lower half.
   */
  private int eventField() {
    if (task.type == TaskType.WAIT) {
      return task.eventNr;
    }
    if (session.driverMinor() < DeviceMapper.HAS_COOKIES) {
      return 0;
    }
    return session.udev().eventFlags(task.type) | (udev == null ? 0 : udev.base());
  }

  private boolean canGrow() {
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

  /** Tables and messages can hold keys. */
  private void wipe(DmBuffer buffer) {
    if (task.type != TaskType.RELOAD
        && task.type != TaskType.TABLE
        && task.type != TaskType.MESSAGE) {
      return;
    }
    for (int i = 0; i + Long.BYTES <= buffer.capacity(); i += Long.BYTES) {
      buffer.bytes().putLong(i, 0);
    }
  }

  // --- failure ---------------------------------------------------------------------------------

  /** Whether a device that does not exist is an answer, not a failure. */
  private boolean isTolerant() {
    return task.type == TaskType.INFO
        || task.type == TaskType.MKNODES
        || task.type == TaskType.STATUS;
  }

  private void refuseCertainFailure() throws DmException {
    if (task.table == null || session.settings().forceLoad()) {
      return;
    }
    // No device is opened to find out: with one in doubt, the driver decides.
    Optional<Problem> problem = task.table.refusal(device -> false);
    if (problem.isPresent()) {
      // The driver would look for the device first.
      int errno = (deviceExists() ? problem.get().errno() : Errno.ENXIO).number();
      throw errors.report(
          errno,
          List.of(errorLine(errno)),
          errno == problem.get().errno().number()
              ? List.of("table " + problem.get().reason())
              : List.of());
    }
  }

  private boolean deviceExists() throws DmException {
    DmTask info = session.task(TaskType.INFO).noOpenCount(true);
    info.uuid = task.uuid;
    info.name = task.minor >= 0 ? "" : task.name;
    info.major = task.major;
    info.minor = task.minor;
    info.majorIsDefault = task.majorIsDefault;
    return info.run().exists();
  }

  private DmException failure(int errno) {
    if (errno == Errno.EINTR.number()) {
      return errors.report(errno, List.of());
    }
    List<String> lines = List.of(errorLine(errno));
    List<String> reason = explain(errno);
    reason.addAll(new Hints(session, task).of(errno, reason));
    return errors.report(errno, lines, reason);
  }

  /** What we see in the table, and what the driver says; once, where both say the same. */
  private List<String> explain(int errno) {
    List<String> reason = new ArrayList<>();
    driver.reason().lines().forEach(reason::add);
    if (task.table == null) {
      return reason;
    }
    for (Problem problem : task.table.problems()) {
      if (problem.errno().number() == errno) {
        String ours = "table " + problem.reason();
        if (reason.removeIf(problem::isIn)) {
          ours = problem.withKernelText(ours);
        }
        reason.add(0, ours);
        return reason;
      }
    }
    task.table
        .oddity()
        .filter(oddity -> reason.stream().noneMatch(line -> line.contains(oddity)))
        .ifPresent(oddity -> reason.add("table: " + oddity));
    return reason;
  }

  private String errorLine(int errno) {
    String number = major > 0 ? "(" + major + ":" + Math.max(task.minor, 0) + ")" : "";
    return "device-mapper: "
        + task.type.label()
        + " ioctl on "
        + task.name
        + " "
        + task.uuid
        + number
        + " failed: "
        + Errno.text(errno);
  }

  // --- the reply -------------------------------------------------------------------------------

  private DmReply finish(DmBuffer buffer) throws MalformedBufferException, DmException {
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

  private DmReply finishAbsent() throws DmException {
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
      return session.settings().mangling().unmangled(text, word);
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
    boolean missed = udev != null && udev.isWaitedFor() && session.udev().isChecked();
    switch (task.type) {
      case CREATE:
        if (!byUdev && task.addNode == AddNode.ON_CREATE) {
          nodes.add(name, number, task.owner, false);
        }
        break;
      case RESUME:
        if (!byUdev && task.addNode == AddNode.ON_RESUME) {
          nodes.add(name, number, task.owner, missed);
        }
        nodes.readAhead(name, number, task.readAhead);
        break;
      case REMOVE:
        if (!byUdev) {
          nodes.remove(name, missed); // also when deferred: nobody could remove it later
        }
        break;
      case RENAME:
        if (!byUdev && (task.flags & DmFlag.UUID) == 0) {
          nodes.rename(task.name, task.text, missed);
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
