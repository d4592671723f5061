package org.jdmsetup.ioctl.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmExceptions;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.check.Problem;
import org.jdmsetup.tables.check.TableProblems;

/**
 * Why a task failed: libdevmapper's line, and the reason as far as the table, the driver and the
 * system tell it. A table that every kernel refuses fails here, before it is sent.
 */
final class TaskFailure {
  private final DeviceMapper session;
  private final DmTask task;
  private final DmExceptions errors;
  private final ControlDevice driver;
  private final int major;

  /**
   * @param major as the request carries it
   */
  TaskFailure(DeviceMapper session, DmTask task, ControlDevice driver, int major) {
    this.session = session;
    this.task = task;
    this.errors = session.errors();
    this.driver = driver;
    this.major = major;
  }

  /** Fails as the driver would with a table that every kernel refuses. */
  void refuseCertain() throws DmException {
    if (session.settings().forceLoad()) {
      return;
    }
    // No device is opened to find out: with one in doubt, the driver decides.
    Optional<Problem> problem = TableProblems.refusal(task.table, device -> false);
    if (problem.isPresent()) {
      // The driver would look for the device first.
      int errno = (deviceExists() ? problem.get().errno() : Errno.ENXIO).number();
      throw errors.report(
          errno,
          List.of(line(errno)),
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

  /** Reports that the driver answered with an error number. */
  DmException of(int errno) {
    if (errno == Errno.EINTR.number()) {
      return errors.report(errno, List.of());
    }
    List<String> lines = List.of(line(errno));
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
    for (Problem problem : TableProblems.of(task.table)) {
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

  /** The line that libdevmapper prints. */
  String line(int errno) {
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
}
