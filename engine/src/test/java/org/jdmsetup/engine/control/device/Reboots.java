package org.jdmsetup.engine.control.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.PowerCutDisk;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** Engines one after the other, which know nothing of each other but what is on their disks. */
final class Reboots {
  private final Path directory;
  private int engines;

  Reboots(Path directory) {
    this.directory = directory;
  }

  /** A new engine that finds these disks. */
  EngineFixture engine(List<PowerCutDisk> disks) throws IOException {
    Map<DeviceNumber, Backing> numbered = new HashMap<>();
    disks.forEach(disk -> numbered.put(disk.number(), disk));
    Path own = Files.createDirectory(directory.resolve("engine" + engines++));
    return new EngineFixture(own, new NodelessExposure(), numbered);
  }
}
