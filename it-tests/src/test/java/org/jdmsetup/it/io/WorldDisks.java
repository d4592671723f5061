package org.jdmsetup.it.io;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.testing.Programs;
import org.jdmsetup.testing.Trees;

/** The disks of a world: loop devices on files in memory, which closing takes away. */
final class WorldDisks implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path directory;
  private final List<String> attached = new ArrayList<>();
  private final List<IoWorld.WorldDisk> disks = new ArrayList<>();

  private WorldDisks(Path directory) {
    this.directory = directory;
  }

  /** Takes free loop devices. */
  static WorldDisks attach() throws IOException, InterruptedException {
    WorldDisks made =
        new WorldDisks(
            Files.isDirectory(MEMORY)
                ? Files.createTempDirectory(MEMORY, "jdmsetup-io")
                : Files.createTempDirectory("jdmsetup-io"));
    try {
      for (int sectors : IoScript.SECTORS) {
        Path file = made.directory.resolve("disk" + made.disks.size());
        try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
          created.setLength(Sectors.toBytes(sectors));
        }
        String node = Programs.run("losetup", "--find", "--show", file.toString()).strip();
        made.attached.add(node);
        settle(Path.of(node));
        FileFacts facts = FileFacts.of(node);
        made.disks.add(new IoWorld.WorldDisk(file, new DeviceNumber(facts.major(), facts.minor())));
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
    for (String node : attached) {
      try {
        Programs.run("losetup", "--detach", node);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Trees.delete(directory);
  }
}
