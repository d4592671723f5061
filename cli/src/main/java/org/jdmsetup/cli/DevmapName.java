package org.jdmsetup.cli;

import org.jdmsetup.ioctl.DeviceKey;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmReply;
import org.jdmsetup.ioctl.TaskType;

/** {@code devmap_name}: the name of the mapped device that has a number. */
final class DevmapName {
  private final Session session;

  DevmapName(Session session) {
    this.session = session;
  }

  int run(String[] words) {
    DeviceKey device = device(words);
    if (device == null) {
      session.usage(Usage.devmapName());
      session.fail("Couldn't process command line.");
      return 1;
    }
    try {
      DmReply reply = session.mapper().task(TaskType.INFO).device(device).run();
      if (reply.exists()) {
        session.out().line(reply.name());
        return 0;
      }
      session.fail("Device does not exist.");
    } catch (DmException e) {
      session.fail(e);
    }
    session.fail("Command failed.");
    session.explain();
    return 1;
  }

  private static DeviceKey device(String[] words) {
    if (words.length == 2) {
      return DeviceKey.number(CNumber.atoi(words[0]), CNumber.atoi(words[1]));
    }
    int colon = words.length == 1 ? words[0].indexOf(':') : -1;
    if (colon < 0) {
      return null;
    }
    String both = words[0];
    return DeviceKey.number(
        CNumber.atoi(both.substring(0, colon)), CNumber.atoi(both.substring(colon + 1)));
  }
}
