package org.jdmsetup.ioctl.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount, as a line of {@code /proc/PID/mountinfo} tells it: see proc_pid_mountinfo(5). All texts
 * are byte text.
 *
 * @param id the kernel's number of the mount
 * @param major of the device number that the files have; a file system without a disk of its own,
 *     and some that have one (btrfs), have a number that no device has, of major 0
 * @param minor of the same number
 * @param escapedPoint where it is mounted, as the line has it: a blank, tab, line end or backslash
 *     is written as a backslash and three octal digits, so that it fits in a line
 * @param type of the file system, with its subtype: {@code fuse.sshfs}
 * @param source what was mounted, for example a device's path
 */
public record Mount(
    long id, int major, int minor, String escapedPoint, String type, String source) {
  /** The file system type of the mount in which an engine's daemon keeps its devices' files. */
  public static final String ENGINE_TYPE = "fuse.jdmsetup";

  private static final Path SELF = Path.of("/proc/self");
  private static final int NUMBER = 2;
  private static final int POINT = 4;

  /** The first of any number of optional words, after which comes {@link #END_OF_OPTIONAL}. */
  private static final int OPTIONAL = 6;

  private static final String END_OF_OPTIONAL = "-";
  private static final int OCTAL_DIGITS = 3;

  /** The mounts that this process sees; none where {@code /proc} is hidden. */
  public static List<Mount> all() {
    return seenBy(SELF);
  }

  /**
   * The mounts that a process sees.
   *
   * @param process its directory in {@code /proc}
   * @return none if the process has ended, or this one may not look at it
   */
  public static List<Mount> seenBy(Path process) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : Proc.lines(process.resolve("mountinfo"))) {
      Mount mount = ofLine(line);
      if (mount != null) {
        mounts.add(mount);
      }
    }
    return mounts;
  }

  /** What a line says; null if it does not have the form of a line of mountinfo. */
  static Mount ofLine(String line) {
    String[] words = line.split(" ", -1);
    int end = OPTIONAL;
    while (end < words.length && !words[end].equals(END_OF_OPTIONAL)) {
      end++;
    }
    if (end + 2 >= words.length) {
      return null;
    }
    int colon = words[NUMBER].indexOf(':');
    try {
      return new Mount(
          Long.parseLong(words[0]),
          Integer.parseInt(words[NUMBER].substring(0, Math.max(0, colon))),
          Integer.parseInt(words[NUMBER].substring(colon + 1)),
          words[POINT],
          words[end + 1],
          unescaped(words[end + 2]));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Whether its files have this device number. */
  public boolean hasNumber(int ofMajor, int ofMinor) {
    return major == ofMajor && minor == ofMinor;
  }

  /** Where it is mounted. */
  public String point() {
    return unescaped(escapedPoint);
  }

  private static String unescaped(String word) {
    if (word.indexOf('\\') < 0) {
      return word;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      int end = i + 1 + OCTAL_DIGITS;
      if (word.charAt(i) == '\\' && end <= word.length()) {
        text.append((char) Integer.parseInt(word.substring(i + 1, end), 8));
        i = end - 1;
      } else {
        text.append(word.charAt(i));
      }
    }
    return text.toString();
  }
}
