package org.jdmsetup.engine.backing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.system.Mount;
import org.jdmsetup.ioctl.system.StackedDevices;
import org.jdmsetup.ioctl.system.SwapAreas;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** Finds out who holds a block device, for the message that it is busy. */
public final class Holders {

  private Holders() {}

  /** What can be seen: mounts, swap, devices made of it; in plain words. */
  public static String of(DeviceNumber number) {
    List<String> found = new ArrayList<>();
    Path device = SysfsDisk.directory(number);
    for (Mount mount : Mount.all()) {
      if (mount.hasNumber(number.major(), number.minor())) {
        found.add("mounted on " + mount.escapedPoint());
      }
    }
    String name = name(device);
    if (!name.isEmpty() && SwapAreas.paths().contains("/dev/" + name)) {
      found.add("used as swap");
    }
    for (Path holder : StackedDevices.above(device)) {
      found.add("held by " + holder.getFileName());
    }
    return found.isEmpty()
        ? "another program has it open exclusively, or one of its partitions is in use"
        : String.join(", ", found);
  }

  private static String name(Path device) {
    try {
      return device.toRealPath().getFileName().toString();
    } catch (IOException unknown) {
      return "";
    }
  }
}
