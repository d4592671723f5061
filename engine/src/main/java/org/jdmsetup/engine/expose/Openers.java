package org.jdmsetup.engine.expose;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.engine.nativeio.FileFacts;

/**
 * Who uses the loop devices, as far as can be seen from outside: mounts, devices stacked on them,
 * swap, and descriptors of other processes. The kernel's own count has no interface.
 *
 * <p>To look costs tens of milliseconds, as every descriptor of every process is looked at; so one
 * look serves all devices, and for a short while, but no caller that came after it: what happened
 * before a command began is in its answer. It is for people to read: whether a device may go is
 * asked of the loop driver.
 */
final class Openers {

  /** How long a look serves a caller. */
  private static final long FRESH_NANOS = 50_000_000;

  private final long at = System.nanoTime();
  private final Map<Integer, Integer> counts = new HashMap<>();

  /** A file system has its device open once, wherever and however often it is mounted. */
  private final Set<Integer> mounted = new HashSet<>();

  private static Openers last;
  private static volatile long newestCaller = System.nanoTime();

  /** Says that a caller has just come, whom earlier looks do not serve. */
  static void callerCame() {
    newestCaller = System.nanoTime();
  }

  /** What can be seen now, or could be a moment ago. */
  static synchronized Openers recent() {
    if (last == null || last.at - newestCaller < 0 || System.nanoTime() - last.at > FRESH_NANOS) {
      last = new Openers();
    }
    return last;
  }

  private Openers() {
    mounts();
    swaps();
    descriptors();
  }

  /**
   * @param sysfs the device's directory in sysfs
   */
  int count(int minor, Path sysfs) {
    int uses = counts.getOrDefault(minor, 0) + (mounted.contains(minor) ? 1 : 0);
    return uses + entries(sysfs.resolve("holders"));
  }

  private void mounts() {
    for (Path process : Mounts.namespaces()) {
      mounts(lines(process.resolve("mountinfo").toString()), Mounts.root(process));
    }
  }

  private void mounts(List<String> lines, String root) {
    String ours = LoopDriver.MAJOR + ":";
    for (String line : lines) {
      String[] words = line.split(" ");
      int source = List.of(words).indexOf("-") + 2;
      if (words.length > 2 && words[2].startsWith(ours)) {
        mounted.add(Integer.parseInt(words[2].substring(ours.length())));
      } else if (source > 1 && source < words.length && words[source].startsWith("/dev/")) {
        // btrfs and others have numbers of their own: there the source tells
        int minor = minor(root + words[source]);
        if (minor >= 0) {
          mounted.add(minor);
        }
      }
    }
  }

  private void swaps() {
    for (String line : lines("/proc/swaps")) {
      device(line.split("\\s")[0]);
    }
  }

  private void descriptors() {
    long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (!process.endsWith(Long.toString(self))) {
          descriptors(process.resolve("fd"));
        }
      }
    } catch (IOException e) {
      // /proc is hidden: none can be seen
    }
  }

  private void descriptors(Path directory) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(directory)) {
      for (Path descriptor : descriptors) {
        // the link is looked at first: to follow one to a dead network file system could hang
        if (leadsToDev(descriptor)) {
          device(descriptor.toString());
        }
      }
    } catch (IOException e) {
      // the process has gone, or is not ours to see
    }
  }

  private static boolean leadsToDev(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith("/dev");
    } catch (IOException e) {
      return false;
    }
  }

  /** Counts a use of the device that a path leads to, if it is a loop device. */
  private void device(String path) {
    int minor = minor(path);
    if (minor >= 0) {
      counts.merge(minor, 1, Integer::sum);
    }
  }

  /** The minor number of the loop device that a path leads to, or -1. */
  private static int minor(String path) {
    if (!path.startsWith("/dev/") && !path.startsWith("/proc/")) {
      return -1;
    }
    FileFacts facts = FileFacts.of(path);
    boolean loop = facts != null && facts.isBlockDevice() && facts.major() == LoopDriver.MAJOR;
    return loop ? facts.minor() : -1;
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
      return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1); // any bytes
    } catch (IOException e) {
      // /proc is hidden: none can be seen
      return List.of();
    }
  }
}
