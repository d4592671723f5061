package org.jdmsetup.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.cli.progress.Progress;
import org.jdmsetup.cli.progress.ProgressLine;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DeviceMapper;
import org.jdmsetup.ioctl.session.DmReply;

/**
 * What a device's targets had not finished when a command took their table away. The command is
 * carried out all the same, but the user is told that the work is not finished.
 *
 * <p>An origin with half of a snapshot merged into it is neither of the two: that is always told. A
 * mirror that was removed goes on with the work when its table is loaded again, so that is not
 * told. But after a table of another kind the legs stay different, and the user may go on with the
 * wrong one.
 */
final class UnfinishedWork {
  private static final String MERGE = "snapshot-merge";

  private final Session session;
  private final DeviceKey device;
  private final DmReply before;
  private final List<Progress> unfinished = new ArrayList<>();

  private UnfinishedWork(Session session, DeviceKey device, DmReply before) {
    this.session = session;
    this.device = device;
    this.before = before;
    if (before != null) {
      for (Progress progress : Progress.of(before.targets())) {
        if (!progress.isFinished()) {
          unfinished.add(progress);
        }
      }
    }
  }

  /**
   * Looks at a device before the command.
   *
   * @throws DmException when there is no driver, which has been said then
   */
  static UnfinishedWork of(Session session, DeviceKey device) throws DmException {
    return new UnfinishedWork(session, device, status(session.mapper().silent(), device));
  }

  /** Looks at all devices; those with nothing unfinished are left out. */
  static List<UnfinishedWork> ofAll(Session session) throws DmException {
    DeviceMapper silent = session.mapper().silent();
    List<UnfinishedWork> all = new ArrayList<>();
    for (ListedDevice listed : listed(silent)) {
      DeviceKey device = DeviceKey.number(listed.number().major(), listed.number().minor());
      UnfinishedWork work = new UnfinishedWork(session, device, status(silent, device));
      if (!work.unfinished.isEmpty()) {
        all.add(work);
      }
    }
    return all;
  }

  private static List<ListedDevice> listed(DeviceMapper silent) {
    try {
      return silent.task(TaskType.NAMES).run().devices();
    } catch (DmException e) {
      return List.of(); // the command itself will say why
    }
  }

  /** Null when the device cannot be asked: the command itself will say why. */
  private static DmReply status(DeviceMapper silent, DeviceKey device) {
    try {
      DmReply reply = silent.task(TaskType.STATUS).device(device).noFlush(true).run();
      return reply.exists() ? reply : null;
    } catch (DmException e) {
      return null;
    }
  }

  /** Comes after a command that removes the device, now or when nobody uses it any more. */
  void reportIfRemoved() throws DmException {
    if (unfinished.isEmpty() || status(session.mapper().silent(), device) != null) {
      return;
    }
    for (Progress progress : unfinished) {
      if (progress.rule().type().equals(MERGE)) {
        session
            .err()
            .note(
                before.name()
                    + " was removed before its merge was finished: "
                    + halfMerged(progress));
      }
    }
  }

  /** Comes after a command that has resumed the device, with its inactive table if it had one. */
  void reportIfReplaced() throws DmException {
    if (unfinished.isEmpty() || !before.info().inactiveTable()) {
      return;
    }
    DmReply now = status(session.mapper().silent(), device);
    for (Progress progress : unfinished) {
      if (now != null && !progress.goesOnIn(now.targets())) {
        session
            .err()
            .note(
                before.name()
                    + " got another table before its "
                    + progress.work()
                    + " was finished: "
                    + (progress.rule().type().equals(MERGE)
                        ? halfMerged(progress)
                        : "its legs are not all the same yet, and "
                            + left(progress)
                            + " are on the first alone."));
      }
    }
  }

  private static String halfMerged(Progress progress) {
    return "the origin is neither what it was nor what the snapshot is"
        + (progress.failure() == null ? ", and " + left(progress) + " are still in the store" : "")
        + ". Make the same snapshot-merge table again to finish it.";
  }

  private static String left(Progress progress) {
    return ProgressLine.size(progress.left());
  }
}
