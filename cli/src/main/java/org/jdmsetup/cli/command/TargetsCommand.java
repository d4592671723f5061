package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.output.HiddenKeys;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.ioctl.session.DmTask;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.ConciseText;

/** {@code status}, {@code measure} and {@code table}: a line for each target of a device. */
final class TargetsCommand extends DeviceCommand {
  private static final TargetSpec NO_TARGET = new TargetSpec(Sectors.ZERO, Sectors.ZERO, "", "");

  private final TaskType type;
  private final boolean measurements;

  /** Whether a concise table was printed, in this round or an earlier one. */
  private boolean conciseBegun;

  /**
   * @param type STATUS or TABLE
   */
  TargetsCommand(TaskType type) {
    this(type, false);
  }

  private TargetsCommand(TaskType type, boolean measurements) {
    this.type = type;
    this.measurements = measurements;
  }

  /** The one that shows what the kernel measures of a table for integrity. */
  static TargetsCommand measure() {
    return new TargetsCommand(TaskType.STATUS, true);
  }

  @Override
  public boolean takesSelection() {
    return true;
  }

  @Override
  public boolean isSortable() {
    return measurements;
  }

  @Override
  boolean runOn(Session session, DeviceKey device) throws DmException {
    DmTask task = session.task(type).device(device);
    if (type == TaskType.STATUS) {
      task.noFlush(session.has(Opt.NOFLUSH)).imaMeasurement(measurements);
    }
    DmReply reply = task.run();
    boolean concise = type == TaskType.TABLE && session.has(Opt.CONCISE);
    if (!reply.exists()) {
      return session.fail("Device does not exist.");
    }
    List<TargetSpec> targets = reply.targets();
    if (targets.isEmpty()) {
      targets = List.of(NO_TARGET);
    }
    boolean quiet = session.has(Opt.EXEC) && !session.verbose();
    boolean matched = false;
    for (TargetSpec target : targets) {
      if (!TargetOption.accepts(session, target)) {
        continue;
      }
      if (!quiet) {
        if (concise) {
          printConcise(session, reply, target, !matched);
        } else {
          if (!matched && session.verbose()) {
            InfoBlock.print(session, reply);
          }
          print(session, reply.name(), target);
        }
      }
      matched = true;
    }
    if (matched && session.has(Opt.EXEC) && !ExecOption.run(session, reply.name())) {
      return false;
    }
    int verbosity = session.options().count(Opt.VERBOSE);
    if (matched && session.multiple() && verbosity > (concise ? 1 : 0)) {
      session.out().print('\n');
    }
    return true;
  }

  @Override
  public void end(Session session) {
    if (conciseBegun) {
      session.out().print('\n');
    }
  }

  private void printConcise(Session session, DmReply reply, TargetSpec target, boolean first) {
    Output out = session.out();
    if (first) {
      if (conciseBegun) {
        out.print(';');
      }
      conciseBegun = true;
      out.print(ConciseText.escape(reply.name())).print(',');
      out.print(ConciseText.escape(reply.uuid())).print(',').print(reply.info().minor());
      out.print(reply.info().readOnly() ? ",ro" : ",rw");
    }
    if (target != NO_TARGET) {
      out.print(',');
      print(out, target, ConciseText.escape(shown(session, target)));
    }
  }

  private void print(Session session, String name, TargetSpec target) {
    Output out = session.out();
    if (session.multiple() && !session.verbose()) {
      out.print(name).print(": ");
    }
    if (target != NO_TARGET) {
      print(out, target, shown(session, target));
    }
    out.print('\n');
  }

  private static void print(Output out, TargetSpec target, String params) {
    out.print(target.start().toString()).print(' ');
    out.print(target.length().toString()).print(' ');
    out.print(target.type()).print(' ').print(params);
  }

  private String shown(Session session, TargetSpec target) {
    boolean hidden = type == TaskType.TABLE && !session.has(Opt.SHOWKEYS);
    return hidden ? HiddenKeys.hidden(target.type(), target.params()) : target.params();
  }
}
