package org.jdmsetup.engine.expose;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.engine.nativeio.FileFacts;

/**
 * Counts who uses a block device, as far as can be seen from outside: mounts, devices stacked on
 * it, swap, and descriptors of other processes. The kernel's own count has no interface.
 */
final class Openers {

  private final int major;
  private final int minor;
  private final String number;

  Openers(int major, int minor) {
    this.major = major;
    this.minor = minor;
    this.number = major + ":" + minor;
  }

  int count(Path sysfs) {
    return mounts() + entries(sysfs.resolve("holders")) + swaps() + descriptors();
  }

  private int mounts() {
    int count = 0;
    for (String line : lines("/proc/self/mountinfo")) {
      String[] words = line.split(" ");
      int source = List.of(words).indexOf("-") + 2;
      // btrfs and others have numbers of their own: there the source tells
      if (words.length > 2 && words[2].equals(number)
          || source > 1 && source < words.length && isDevice(words[source])) {
        count++;
      }
    }
    return count;
  }

  private int swaps() {
    int count = 0;
    for (String line : lines("/proc/swaps")) {
      if (isDevice(line.split("\\s")[0])) {
        count++;
      }
    }
    return count;
  }

  private int descriptors() {
    int count = 0;
    long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (!process.endsWith(Long.toString(self))) {
          count += descriptors(process.resolve("fd"));
        }
      }
    } catch (IOException e) {
      // /proc is hidden: none can be seen
    }
    return count;
  }

  private int descriptors(Path directory) {
    int count = 0;
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(directory)) {
      for (Path descriptor : descriptors) {
        // the link is looked at first: to follow one to a dead network file system could hang
        if (isLinkToDevice(descriptor)) {
          count++;
        }
      }
    } catch (IOException e) {
      // the process has gone, or is not ours to see
    }
    return count;
  }

  private boolean isLinkToDevice(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith("/dev")
          && isDevice(descriptor.toString());
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isDevice(String path) {
    if (!path.startsWith("/dev/") && !path.startsWith("/proc/")) {
      return false;
    }
    FileFacts facts = FileFacts.of(path);
    return facts != null
        && facts.isBlockDevice()
        && facts.major() == major
        && facts.minor() == minor;
  }

  private static int entries(Path directory) {
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path ignored : entries) {
        count++;
      }
    } catch (IOException e) {
      // the device has gone: nothing is stacked on it
    }
    return count;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      // /proc is hidden: none can be seen
      return List.of();
    }
  }
}
