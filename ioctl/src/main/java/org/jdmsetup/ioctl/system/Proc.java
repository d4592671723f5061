package org.jdmsetup.ioctl.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code /proc} (proc(5)) as far as this process may look at it: what is hidden, or has just
 * gone, is taken as not there.
 */
public final class Proc {

  private Proc() {}

  /**
   * The lines of a file, in byte text.
   *
   * @return none if it cannot be read
   */
  public static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The directories of the processes that can be seen. */
  public static List<Path> processes() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      processes.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return found; // what was found so far is true
    }
    return found;
  }
}
