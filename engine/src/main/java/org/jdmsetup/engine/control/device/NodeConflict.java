package org.jdmsetup.engine.control.device;

import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.ioctl.node.LoopBacking;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The place where a client will make a device's node. Clients, like dmsetup, replace a node that
 * has another number. That is right where one kernel gives out all names. Here the kernel or
 * another engine may have a device of the same name: it would lose its node, or whoever writes to
 * the node would write to the wrong device.
 */
final class NodeConflict {
  private NodeConflict() {}

  /**
   * Refuses a name whose node leads to a living device that is not one of ours.
   *
   * @param directory of the nodes, in byte text
   * @param name in byte text
   */
  static void check(String directory, String name, Devices ours) throws Refusal {
    String node = ByteText.unicode(directory + '/' + name);
    FileFacts facts = FileFacts.of(node);
    if (facts == null || !facts.isBlockDevice()) {
      return;
    }
    DeviceNumber number = new DeviceNumber(facts.major(), facts.minor());
    if (ours.numbered(number) == null && LoopBacking.isAlive(number)) {
      throw new Refusal(
          Errno.EBUSY,
          node
              + " is the node of device "
              + number
              + ", which is not this engine's: remove that device, or the node, or take another name");
    }
  }
}
