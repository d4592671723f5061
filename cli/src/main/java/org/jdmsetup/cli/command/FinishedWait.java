package org.jdmsetup.cli.command;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.cli.progress.Progress;
import org.jdmsetup.cli.progress.ProgressLine;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DeviceMapper;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.ioctl.system.Terminal;
import org.jdmsetup.tables.Sectors;

/**
 * {@code wait --finished}, which dmsetup has not: returns when the targets of a device have
 * finished what they do in the background. On a terminal a line tells how far they are. Elsewhere
 * the status is read after each event of the device, or from time to time while a snapshot is
 * merged, whose end raises no event. The device is not changed, so the wait may be ended at any
 * time.
 */
final class FinishedWait {
  private static final int SHORTEST_PAUSE_MILLIS = 50;
  private static final int LONGEST_PAUSE_MILLIS = 1000;

  private final Session session;
  private final DeviceKey device;
  private final ProgressLine line;
  private final DeviceMapper mapper;
  private boolean saidSuspended;
  private boolean lineIsShown;
  private int pauseMillis = SHORTEST_PAUSE_MILLIS;

  FinishedWait(Session session, DeviceKey device) throws DmException {
    this.session = session;
    this.device = device;
    this.mapper = session.mapper().silent();
    boolean shown = session.surroundings().ownStreams() && Terminal.isOnStandardError();
    this.line = shown ? new ProgressLine() : null;
  }

  /**
   * @return what the device is in the end, or null after saying why that is not as it should be
   */
  DmReply run() throws DmException {
    DmReply reply = session.task(TaskType.STATUS).device(device).noFlush(true).run();
    if (!reply.exists()) {
      session.fail("Device does not exist.");
      return null;
    }
    String name = reply.name();
    List<Progress> work = Progress.of(reply.targets());
    while (!work.stream().allMatch(Progress::isFinished)) {
      String failure = whyFailed(work);
      if (failure == null) {
        show(name, work, reply);
        pause(work, reply);
        reply = status();
        failure = whyLost(work, reply);
      }
      if (failure != null) {
        endLine();
        session.keepReason(name + ": " + failure + ".");
        return null;
      }
      work = Progress.of(reply.targets());
    }
    endLine();
    return reply;
  }

  /** Why the work cannot be finished, or null. */
  private static String whyFailed(List<Progress> work) {
    for (Progress progress : work) {
      if (progress.failure() != null) {
        return "the " + progress.work() + " has failed: " + progress.failure();
      }
    }
    return null;
  }

  /** Why nobody does the work any more that was there, or null. */
  private static String whyLost(List<Progress> work, DmReply reply) {
    for (Progress progress : work) {
      if (!progress.isFinished() && (reply == null || !progress.goesOnIn(reply.targets()))) {
        return (reply == null ? "it was removed or renamed" : "it got another table")
            + " before its "
            + progress.work()
            + " was seen to be finished";
      }
    }
    return null;
  }

  private void show(String name, List<Progress> work, DmReply reply) {
    if (reply.info().suspended() && !saidSuspended) {
      saidSuspended = true;
      endLine();
      session
          .err()
          .note(name + " is suspended: its " + nameOf(work) + " goes on when it is resumed.");
    }
    if (line != null) {
      Sectors left = Sectors.ZERO;
      Sectors total = Sectors.ZERO;
      for (Progress progress : work) {
        left = left.plus(progress.left());
        total = total.plus(progress.total());
      }
      String text = name + ": " + line.next(nameOf(work), left, total, System.nanoTime());
      session.err().progress(text);
      lineIsShown = true;
    }
  }

  private static String nameOf(List<Progress> work) {
    for (Progress progress : work) {
      if (!progress.isFinished()) {
        return progress.work();
      }
    }
    throw new IllegalArgumentException("all is finished");
  }

  private void endLine() {
    if (lineIsShown) {
      session.err().progress("");
    }
  }

  private void pause(List<Progress> work, DmReply reply) {
    if (line == null && work.stream().allMatch(Progress::endIsAnEvent)) {
      try {
        int event = reply.info().eventNr();
        mapper.task(TaskType.WAIT).device(device).eventNr(event).noFlush(true).run();
        return;
      } catch (DmException e) {
        // the next status tells why; it is asked after the pause, so that this does not spin
      }
    }
    try {
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
  }

  /** The device's status; null when there is no such device any more. */
  private DmReply status() {
    try {
      DmReply reply = mapper.task(TaskType.STATUS).device(device).noFlush(true).run();
      return reply.exists() ? reply : null;
    } catch (DmException e) {
      return null;
    }
  }
}
