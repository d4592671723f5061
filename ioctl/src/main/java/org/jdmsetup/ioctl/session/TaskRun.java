package org.jdmsetup.ioctl.session;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmExceptions;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.tables.Errno;

/**
 * One task on its way to the driver and back: the request ({@link TaskRequest}) is issued, repeated
 * while the buffer is too small or the device busy, and becomes a reply ({@link TaskReply}) or a
 * failure ({@link TaskFailure}); udev is told and waited for.
 */
final class TaskRun {
  /** Attempts to remove a busy device, and the pause between them. */
  private static final int REMOVE_ATTEMPTS = 25;

  private static final long REMOVE_PAUSE_MILLIS = 200;

  /** First minor version of the interface that says whether a request caused an event. */
  private static final int HAS_UEVENT_FLAG = 17;

  private final DeviceMapper session;
  private final DmTask task;
  private final DmExceptions errors;
  private ControlDevice driver;
  private TaskRequest request;

  /** Null for a task of which udev learns nothing. */
  private UdevOperation udev;

  TaskRun(DeviceMapper session, DmTask task) {
    this.session = session;
    this.task = task;
    this.errors = session.errors();
  }

  DmReply run() throws DmException {
    boolean driverHasMajor = task.minor >= 0 && task.majorIsDefault;
    driver = session.driver(driverHasMajor ? null : task.type);
    session.negotiate();
    request = new TaskRequest(session, task, driver);
    request.checkFeatures();
    request.substituteMajor();
    if (task.table != null) {
      failure().refuseCertain();
    }
    if (!makesUdevAct()) {
      return exchange();
    }
    udev = task.udev == null ? UdevOperation.begin(session) : task.udev;
    try {
      return exchange();
    } finally {
      udev.completePendingStep();
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
      DmBuffer buffer = request.bytes(udev);
      try {
        int errno = driver.call(task.type.command(), buffer.bytes());
        if (errno == 0) {
          if (udev != null && isSentToUdev(buffer)) {
            udev.leftToUdev();
          }
          buffer.checkSize();
          if (buffer.hasFlag(DmFlag.BUFFER_FULL)) {
            if (request.canGrow() && session.doubleBuffers()) {
              continue;
            }
            session.message("WARNING: libdevmapper buffer too small for data");
          }
          return new TaskReply(session, task, udev).of(buffer);
        }
        if (errno == Errno.ENXIO.number() && isTolerant()) {
          return new TaskReply(session, task, udev).absent();
        }
        if (errno == Errno.EBUSY.number()
            && task.type == TaskType.REMOVE
            && task.retry
            && ++busyAttempts < REMOVE_ATTEMPTS) {
          session.message(failure().line(errno));
          TimeUnit.MILLISECONDS.sleep(REMOVE_PAUSE_MILLIS);
          continue;
        }
        throw failure().of(errno);
      } catch (MalformedBufferException e) {
        throw errors.report(
            Errno.EPROTO.number(),
            "device-mapper: " + task.type.label() + " reply is malformed: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw errors.report(Errno.EINTR.number(), List.of());
      } finally {
        request.wipe(buffer);
      }
    }
  }

  private TaskFailure failure() {
    return new TaskFailure(session, task, driver, request.major());
  }

  private boolean isSentToUdev(DmBuffer reply) {
    return session.driverMinor() < HAS_UEVENT_FLAG || reply.hasFlag(DmFlag.UEVENT_GENERATED);
  }

  /** Whether a device that does not exist is an answer, not a failure. */
  private boolean isTolerant() {
    return task.type == TaskType.INFO
        || task.type == TaskType.MKNODES
        || task.type == TaskType.STATUS;
  }
}
