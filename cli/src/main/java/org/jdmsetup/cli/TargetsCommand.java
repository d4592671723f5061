package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DeviceKey;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmReply;
import org.jdmsetup.ioctl.DmTask;
import org.jdmsetup.ioctl.TargetSpec;
import org.jdmsetup.ioctl.TaskType;

/** {@code status} and {@code table}: a line for each target of a device. */
final class TargetsCommand extends DeviceCommand {
  private static final TargetSpec NO_TARGET = new TargetSpec(0, 0, "", "");

  private final TaskType type;

  /**
   * @param type STATUS or TABLE
   */
  TargetsCommand(TaskType type) {
    this.type = type;
  }

  @Override
  boolean takesSelection() {
    return true;
  }

  @Override
  boolean look(Session session, DeviceKey device) throws DmException {
    DmTask task = session.task(type).device(device);
    if (type == TaskType.STATUS) {
      task.noFlush(session.has(Opt.NOFLUSH));
    }
    DmReply reply = task.run();
    if (!reply.exists()) {
      return session.fail("Device does not exist.");
    }
    List<TargetSpec> targets = reply.targets();
    if (targets.isEmpty()) {
      targets = List.of(NO_TARGET);
    }
    String wanted = session.options().text(Opt.TARGET);
    boolean quiet = session.has(Opt.EXEC) && !session.verbose();
    boolean matched = false;
    for (TargetSpec target : targets) {
      if (wanted != null && !wanted.equals(target.type())) {
        continue;
      }
      if (!quiet) {
        if (!matched && session.verbose()) {
          InfoBlock.print(session, reply);
        }
        print(session, reply.name(), target);
      }
      matched = true;
    }
    if (matched && session.has(Opt.EXEC) && !PerDevice.run(session, reply.name())) {
      return false;
    }
    if (matched && session.multiple() && session.verbose() && !session.has(Opt.EXEC)) {
      session.out().print('\n');
    }
    return true;
  }

  private void print(Session session, String name, TargetSpec target) {
    Output out = session.out();
    if (session.multiple() && !session.verbose()) {
      out.print(name).print(": ");
    }
    if (target != NO_TARGET) {
      boolean hidden = type == TaskType.TABLE && !session.has(Opt.SHOWKEYS);
      out.print(Long.toUnsignedString(target.start())).print(' ');
      out.print(Long.toUnsignedString(target.length())).print(' ');
      out.print(target.type()).print(' ');
      out.print(hidden ? Keys.hidden(target.type(), target.params()) : target.params());
    }
    out.print('\n');
  }
}
