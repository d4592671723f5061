package org.jdmsetup.cli;

import org.jdmsetup.cli.option.CNumber;
import org.jdmsetup.cli.output.Usage;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;

/** {@code devmap_name}: the name of the mapped device that has a number. */
final class DevmapName {
  private final Session session;

  DevmapName(Session session) {
    this.session = session;
  }

  int run(String[] words) {
    DeviceKey device = device(words);
    if (device == null) {
      session.err().usage(Usage.devmapName());
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
    session.err().printReasons();
    return 1;
  }

  private static DeviceKey device(String[] words) {
    if (words.length == 2) {
      return number(CNumber.atoi(words[0]), CNumber.atoi(words[1]));
    }
    if (words.length != 1) {
      return null;
    }
    // as sscanf("%i:%i"): what follows the second number does not matter
    CNumber major = CNumber.read(words[0], 0);
    if (major.isMissing() || !words[0].startsWith(":", major.end)) {
      return null;
    }
    CNumber minor = CNumber.read(words[0].substring(major.end + 1), 0);
    return minor.isMissing() ? null : number((int) major.value, (int) minor.value);
  }

  /** A negative major number becomes 0, since -1 would stand for the driver's own. */
  private static DeviceKey number(int major, int minor) {
    return DeviceKey.number(Math.max(0, major), minor);
  }
}
