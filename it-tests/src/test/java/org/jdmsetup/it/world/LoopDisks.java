package org.jdmsetup.it.world;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.testing.Programs;
import org.jdmsetup.testing.Trees;

/** Disks of this machine: loop devices on files of zeroes. Closing takes devices and files away. */
public final class LoopDisks implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "jdmsetup-disks";
  private static final String NODE = "/dev/loop";

  private final Path directory;
  private final List<String> attached = new ArrayList<>();

  private LoopDisks(Path directory) {
    this.directory = directory;
  }

  /** For disks on files where temporary files are. */
  public static LoopDisks onFiles() throws IOException {
    return new LoopDisks(Files.createTempDirectory(PREFIX));
  }

  /** For disks in memory, where the machine has a file system for that. */
  public static LoopDisks inMemory() throws IOException {
    return Files.isDirectory(MEMORY)
        ? new LoopDisks(Files.createTempDirectory(MEMORY, PREFIX))
        : onFiles();
  }

  /**
   * A disk.
   *
   * @param file what the loop device is on
   * @param minor the loop device's minor number
   */
  public record Disk(Path file, int minor) {
    public Path node() {
      return Path.of(NODE + minor);
    }
  }

  /**
   * Takes a free loop device.
   *
   * @param options of losetup
   */
  public Disk attach(long sectors, String... options) throws IOException, InterruptedException {
    Path file = directory.resolve("disk" + attached.size());
    try (RandomAccessFile created = new RandomAccessFile(file.toFile(), "rw")) {
      created.setLength(Sectors.toBytes(sectors));
    }
    List<String> command = new ArrayList<>(List.of("losetup", "--find", "--show"));
    command.addAll(List.of(options));
    command.add(file.toString());
    String node = Programs.run(command.toArray(String[]::new)).strip();
    attached.add(node);
    return new Disk(file, Integer.parseInt(node.substring(NODE.length())));
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
