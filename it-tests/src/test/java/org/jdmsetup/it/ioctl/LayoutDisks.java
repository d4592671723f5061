package org.jdmsetup.it.ioctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.it.world.Trees;
import org.jdmsetup.tables.Sectors;

/** The disks of {@link Layout} on this machine: loop devices, given back when it is closed. */
final class LayoutDisks implements AutoCloseable {
  private final Path directory;
  private final List<Integer> minors = new ArrayList<>();

  LayoutDisks() throws IOException {
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
        minors.add(Integer.parseInt(run(command).replace("/dev/loop", "")));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Their minor numbers. */
  List<Integer> minors() {
    return List.copyOf(minors);
  }

  private static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    for (int minor : minors) {
      run(List.of("losetup", "--detach", "/dev/loop" + minor));
    }
    Trees.delete(directory);
  }
}
