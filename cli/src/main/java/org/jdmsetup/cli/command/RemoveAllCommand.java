package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;

/**
 * {@code remove_all}: removes every device that nobody uses; with --force, again after replacing
 * the tables of those that are left by errors.
 */
final class RemoveAllCommand extends Command {

  @Override
  public boolean run(Session session, List<String> operands) {
    boolean good = removeAndTidy(session);
    if (!session.has(Opt.FORCE)) {
      return good;
    }
    try {
      List<String> left = session.deviceNames();
      if (left.isEmpty()) {
        return true;
      }
      for (String name : left) {
        good |= WipeCommand.wipe(session, name);
      }
      good |= removeAndTidy(session);
      int still = session.deviceNames().size();
      if (still > 0) {
        session.fail("Unable to remove " + still + " device(s).");
      }
      return good;
    } catch (DmException e) {
      session.fail(e);
      return good;
    }
  }

  private static boolean removeAndTidy(Session session) {
    boolean removed;
    try {
      List<UnfinishedWork> unfinished = UnfinishedWork.ofAll(session);
      session.suspending(TaskType.REMOVE_ALL).deferred(session.has(Opt.DEFERRED)).run();
      for (UnfinishedWork work : unfinished) {
        work.reportIfRemoved();
      }
      removed = true;
    } catch (DmException e) {
      removed = session.fail(e);
    }
    return MakeNodesCommand.all(session) | removed;
  }
}
