package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.report.DeviceTree;
import org.jdmsetup.cli.report.TreePrinter;
import org.jdmsetup.cli.session.BlockNames;
import org.jdmsetup.cli.session.DriverTree;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;

/** {@code ls}: the devices, those that have a target of some type, or how they are stacked. */
final class ListCommand extends Command {

  /** As the first round found it: later ones draw the same. */
  private DeviceTree tree;

  @Override
  public boolean run(Session session, List<String> operands) {
    boolean asksForTargets = session.has(Opt.TARGET) || session.has(Opt.EXEC);
    try {
      if (session.has(Opt.TREE) && !asksForTargets) {
        return drawTree(session);
      }
      List<ListedDevice> devices = session.task(TaskType.NAMES).run().devices();
      if (devices.isEmpty()) {
        session.out().line("No devices found");
        return true;
      }
      boolean good = true;
      for (ListedDevice device : devices) {
        if (asksForTargets) {
          good &= listOrExecute(session, device);
        } else {
          show(session, device);
        }
      }
      return good;
    } catch (DmException e) {
      return session.fail(e);
    }
  }

  private boolean drawTree(Session session) throws DmException {
    if (tree == null) {
      tree = DriverTree.build(session, !session.has(Opt.OPTIONS));
    }
    TreePrinter printer = new TreePrinter(session.treeOptions(), BlockNames::ofKernel);
    session.out().print(printer.draw(tree));
    return tree.isComplete();
  }

  private static void show(Session session, ListedDevice device) throws DmException {
    session.out().print(device.name()).print("\t(");
    session.out().print(BlockNames.of(session, device.number())).line(")");
  }

  /** Lists a device that has a target of the wanted type, or runs the program of --exec for it. */
  private static boolean listOrExecute(Session session, ListedDevice device) throws DmException {
    DmReply reply;
    try {
      reply = session.task(TaskType.STATUS).device(DeviceKey.name(device.name())).run();
    } catch (DmException e) {
      return session.fail(e);
    }
    if (!reply.exists()) {
      return session.fail("Device does not exist.");
    }
    if (!TargetOption.acceptsAny(session, reply.targets())) {
      return true;
    }
    if (!session.has(Opt.EXEC) || session.verbose()) {
      DeviceInfo info = reply.info();
      session.out().print(reply.name()).print("\t(").print(info.major());
      session.out().print(", ").print(info.minor()).line(")");
    }
    return !session.has(Opt.EXEC) || ExecOption.run(session, reply.name());
  }
}
