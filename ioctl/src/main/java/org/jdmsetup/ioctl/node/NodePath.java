package org.jdmsetup.ioctl.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.system.FileStat;
import org.jdmsetup.tables.ByteText;

/**
 * Finds the name of the mapped device that a path leads to, by comparing device numbers with the
 * nodes in the node directory.
 */
public final class NodePath {
  private final Settings settings;

  public NodePath(Settings settings) {
    this.settings = settings;
  }

  /**
   * The file name, in the node directory, of the device behind a path.
   *
   * @return null if there is none
   */
  public String nameOf(String path) {
    String last = path.substring(path.lastIndexOf('/') + 1);
    FileStat device = FileStat.of(path);
    if (!device.exists()) {
      // DIRECTORY/NAME, below the device directory
      boolean relative =
          path.length() >= 3 && path.charAt(0) != '/' && path.indexOf('/') == path.lastIndexOf('/');
      device = relative ? FileStat.of(settings.deviceDirectory() + path) : device;
      return device.exists() ? scan(device) : null;
    }
    FileStat node = FileStat.of(settings.nodeDirectory() + "/" + last);
    if (node.exists() && node.rdev() == device.rdev()) {
      return last;
    }
    return scan(device);
  }

  /**
   * The name of the device whose node a path would be, where devices have no nodes.
   *
   * @return null if the path does not lead into the node directory
   */
  public static String nameIn(String nodeDirectory, String path) {
    for (String directory : new String[] {nodeDirectory, "/dev/mapper"}) {
      String name = path.startsWith(directory + "/") ? path.substring(directory.length() + 1) : "";
      if (!name.isEmpty() && name.indexOf('/') < 0) {
        return name;
      }
    }
    return null;
  }

  /** How the message that nothing was found calls a path. */
  public static String display(String path) {
    return FileStat.of(path).exists() ? path.substring(path.lastIndexOf('/') + 1) : path;
  }

  private String scan(FileStat device) {
    Path directory = Path.of(ByteText.unicode(settings.nodeDirectory()));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = ByteText.ofUnicode(entry.getFileName().toString());
        FileStat stat = FileStat.of(settings.nodeDirectory() + "/" + name);
        if (stat.exists() && stat.rdev() == device.rdev()) {
          return name;
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
