package org.jdmsetup.cli.session;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.cli.report.DeviceTree;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** The tree of all devices, as the driver tells it. */
public final class DriverTree implements DeviceTree.Source {
  private final Session session;

  /**
   * The mapped devices. Their major number does not tell: the engine's are loop devices like
   * others.
   */
  private final Set<DeviceNumber> mapped = new HashSet<>();

  private final boolean withFiles;

  private DriverTree(Session session, boolean withFiles) {
    this.session = session;
    this.withFiles = withFiles;
  }

  /**
   * Asks for all devices; says so if there are none.
   *
   * @param withFiles whether what has no device number is part of it
   * @throws DmException when the driver does not list them; if it does not answer about one, the
   *     tree is not complete
   */
  public static DeviceTree build(Session session, boolean withFiles) throws DmException {
    DriverTree source = new DriverTree(session, withFiles);
    DeviceTree tree = new DeviceTree(source);
    List<ListedDevice> devices = session.task(TaskType.NAMES).run().devices();
    if (devices.isEmpty()) {
      session.out().line("No devices found");
    }
    for (ListedDevice device : devices) {
      source.mapped.add(device.number());
    }
    for (ListedDevice device : devices) {
      tree.add(device.number());
    }
    return tree;
  }

  @Override
  public boolean isMapped(DeviceNumber device) {
    return mapped.contains(device);
  }

  @Override
  public DeviceTree.Device query(DeviceNumber device) {
    try {
      DeviceKey key = DeviceKey.number(device.major(), device.minor());
      DmReply reply = session.mapper().task(TaskType.DEPS).device(key).run();
      List<String> files = withFiles ? FilesBelow.of(session, key) : List.of();
      return new DeviceTree.Device(reply.name(), reply.uuid(), reply.info(), reply.deps(), files);
    } catch (DmException e) {
      session.fail(e);
      session.fail("_deps: task run failed for (" + device + ")");
      return null;
    }
  }
}
