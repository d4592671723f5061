package org.jdmsetup.cli.session;

import java.util.List;
import java.util.Optional;
import org.jdmsetup.cli.report.DeviceTree;
import org.jdmsetup.cli.report.ReportException;
import org.jdmsetup.cli.report.ReportedDevice;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** A device that a task answered about; the driver is asked again for what the answer lacks. */
final class ReplyDevice implements ReportedDevice {
  private final Session session;
  private final DmReply reply;
  private final DeviceTree tree;

  /**
   * @param tree null if nobody will ask for it
   */
  ReplyDevice(Session session, DmReply reply, DeviceTree tree) {
    this.session = session;
    this.reply = reply;
    this.tree = tree;
  }

  DeviceNumber number() {
    return new DeviceNumber(info().major(), info().minor());
  }

  @Override
  public String name() {
    return reply.name();
  }

  @Override
  public String uuid() {
    return reply.uuid();
  }

  @Override
  public Mangling mangling() {
    return session.settings().mangling();
  }

  @Override
  public DeviceInfo info() {
    return reply.info();
  }

  @Override
  public Optional<Sectors> readAhead() {
    return session.mapper().readAhead(name(), info().major(), info().minor());
  }

  @Override
  public String blockName(DeviceNumber device) {
    return BlockNames.ofKernel(device);
  }

  @Override
  public List<DeviceNumber> uses() throws ReportException {
    try {
      DeviceKey key = DeviceKey.number(info().major(), info().minor());
      return session.task(TaskType.DEPS).device(key).run().deps();
    } catch (DmException e) {
      session.fail(e);
      String line = "Cannot get deps for " + number() + ".";
      session.fail(line);
      throw new ReportException(line);
    }
  }

  @Override
  public DeviceTree tree() {
    return tree;
  }
}
