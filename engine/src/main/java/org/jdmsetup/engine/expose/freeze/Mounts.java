package org.jdmsetup.engine.expose.freeze;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.FoundFile;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Where a block device is mounted: in the mount namespace of this process, and in those of all
 * others as far as {@code /proc} leads there (proc_pid_mountinfo(5)).
 */
public final class Mounts {
  private static final Path SELF = Path.of("/proc/self");

  /**
   * One mount.
   *
   * @param id the kernel's
   * @param fileSystem device number of its files as far as mountinfo tells, both parts in one
   * @param path how to get there from here, in byte text; something else may be mounted over it
   */
  record Mount(long id, long fileSystem, String path) {

    /** The mount's root; null when it is not there, or another mount hides it. */
    FoundFile find() {
      FoundFile root = FoundFile.at(ByteText.bytes(path + '\0'));
      if (root == null) {
        return null;
      }
      FileFacts facts = root.facts();
      if (facts.mountId() >= 0 ? facts.mountId() == id : facts.fileSystem() == fileSystem) {
        return root;
      }
      root.close();
      return null;
    }
  }

  private Mounts() {}

  /** All mounts of a device, those in this process's namespace first. */
  public static List<Mount> of(DeviceNumber device) {
    List<Mount> mounts = new ArrayList<>();
    for (Path process : namespaces()) {
      add(process, device, mounts);
    }
    return mounts;
  }

  /** A process of each mount namespace, as its directory in {@code /proc}: this one first. */
  public static List<Path> namespaces() {
    List<Path> processes = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    processes.add(SELF);
    seen.add(namespace(SELF));
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : all) {
        Path namespace = namespace(process);
        if (namespace != null && seen.add(namespace)) {
          processes.add(process);
        }
      }
    } catch (IOException e) {
      return processes; // /proc is hidden: no other can be seen
    }
    return processes;
  }

  /** What a path of another namespace begins with here. */
  public static String root(Path process) {
    return process.equals(SELF) ? "" : process + "/root";
  }

  private static Path namespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/mnt"));
    } catch (IOException e) {
      return null; // the process has gone, or is not ours to see
    }
  }

  private static void add(Path process, DeviceNumber device, List<Mount> mounts) {
    String root = root(process);
    List<String> lines;
    try {
      lines = Files.readAllLines(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return; // the process has gone
    }
    for (String line : lines) {
      String[] words = line.split(" ");
      int source = List.of(words).indexOf("-") + 2;
      if (words.length < 10 || source < 2 || source >= words.length) {
        continue;
      }
      if (words[2].equals(device.toString())
          || words[2].startsWith("0:") && isNode(root + unescaped(words[source]), device)) {
        String[] number = words[2].split(":");
        mounts.add(
            new Mount(
                Long.parseLong(words[0]),
                Long.parseLong(number[0]) << 32 | Long.parseLong(number[1]),
                root + unescaped(words[4])));
      }
    }
  }

  /** btrfs and others have numbers of their own: there the source tells. */
  private static boolean isNode(String path, DeviceNumber device) {
    if (!path.contains("/dev/")) {
      return false;
    }
    FileFacts facts = FileFacts.of(ByteText.unicode(path));
    return facts != null
        && facts.isBlockDevice()
        && facts.major() == device.major()
        && facts.minor() == device.minor();
  }

  private static String unescaped(String word) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) == '\\' && i + 3 < word.length()) {
        text.append((char) Integer.parseInt(word.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        text.append(word.charAt(i));
      }
    }
    return text.toString();
  }
}
