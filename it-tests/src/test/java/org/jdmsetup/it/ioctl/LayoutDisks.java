package org.jdmsetup.it.ioctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.testing.Programs;
import org.jdmsetup.testing.Trees;

/** The disks of {@link Layout} on this machine: loop devices, given back when it is closed. */
final class LayoutDisks implements AutoCloseable {
  private final Path directory;
  private final List<Integer> minors = new ArrayList<>();

  LayoutDisks() throws IOException, InterruptedException {
    directory = Files.createTempDirectory("jdmsetup-disks");
    try {
      for (Layout.Kind kind : Layout.DISKS) {
        Path file = directory.resolve("disk" + minors.size());
        try (var made = new java.io.RandomAccessFile(file.toFile(), "rw")) {
          made.setLength(Sectors.toBytes(kind.sectors()));
        }
        List<String> command =
            new ArrayList<>(
                List.of("losetup", "--find", "--show", "--sector-size", "" + kind.blockSize()));
        if (kind.readOnly()) {
          command.add("--read-only");
        }
        command.add(file.toString());
        String node = Programs.run(command.toArray(String[]::new)).strip();
        minors.add(Integer.parseInt(node.replace("/dev/loop", "")));
      }
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** Their minor numbers. */
  List<Integer> minors() {
    return List.copyOf(minors);
  }

  @Override
  public void close() throws IOException {
    for (int minor : minors) {
      try {
        Programs.run("losetup", "--detach", "/dev/loop" + minor);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Trees.delete(directory);
  }
}
