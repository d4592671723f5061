package org.jdmsetup.it.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.it.world.LoopDisks;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** The disks of a world, which closing takes away. */
final class WorldDisks implements AutoCloseable {
  private final LoopDisks loops;
  private final List<IoWorld.WorldDisk> disks = new ArrayList<>();

  private WorldDisks(LoopDisks loops) {
    this.loops = loops;
  }

  /** Takes free loop devices. */
  static WorldDisks attach() throws IOException, InterruptedException {
    WorldDisks made = new WorldDisks(LoopDisks.inMemory());
    try {
      for (int sectors : IoScript.SECTORS) {
        LoopDisks.Disk disk = made.loops.attach(sectors);
        settle(disk.node());
        FileFacts facts = FileFacts.of(disk.node().toString());
        made.disks.add(
            new IoWorld.WorldDisk(disk.file(), new DeviceNumber(facts.major(), facts.minor())));
      }
      return made;
    } catch (IOException | InterruptedException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /**
   * A loop device learns from the first attempt whether its file can be zeroed, and says so from
   * then on: it shall not change its mind during a script.
   */
  private static void settle(Path node) throws IOException {
    IoDevice device = NodeDevice.open(node);
    device.zero(0, 8);
    device.close();
  }

  List<IoWorld.WorldDisk> disks() {
    return disks;
  }

  @Override
  public void close() throws IOException {
    loops.close();
  }
}
