package org.jdmsetup.cli.command;

import java.io.File;
import java.util.List;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.tables.ByteText;

/** {@code mknodes}: nodes for the devices that are there, and none for those that are not. */
final class MakeNodesCommand extends Command {

  @Override
  int maxOperands() {
    return ANY;
  }

  @Override
  public boolean repeats() {
    return true;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    return operands.isEmpty() ? all(session) : one(session, operands.get(0));
  }

  /** First what the node directory holds, then what the driver has. */
  static boolean all(Session session) {
    boolean good = true;
    String[] entries = new File(ByteText.unicode(session.settings().nodeDirectory())).list();
    if (entries != null) {
      for (String entry : entries) {
        good &= entry.equals("control") || one(session, ByteText.ofUnicode(entry));
      }
    }
    try {
      for (String name : session.deviceNames()) {
        good &= one(session, name);
      }
    } catch (DmException e) {
      good = session.fail(e);
    }
    return good;
  }

  private static boolean one(Session session, String name) {
    try {
      session.task(TaskType.MKNODES).device(DeviceKey.name(name)).run();
      return true;
    } catch (DmException e) {
      return session.fail(e);
    }
  }
}
