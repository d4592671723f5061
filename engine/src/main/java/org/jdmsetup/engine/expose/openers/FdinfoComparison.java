package org.jdmsetup.engine.expose.openers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.ioctl.system.Proc;

/**
 * Guesses from fdinfo (proc_pid_fdinfo(5)). Two descriptors are of one open file if position,
 * flags, mount and inode are equal and they belong to one process, or to a process and a descendant
 * of it. This is wrong for a file that was opened twice in the same way there (counted once), for
 * siblings that share a file which their parent has closed, and for a descriptor passed through a
 * Unix socket (both counted twice).
 */
final class FdinfoComparison implements OpenFileComparison {

  @Override
  public int compare(Descriptor one, Descriptor other) {
    List<String> facts = facts(one);
    if (facts.isEmpty()) {
      return GONE;
    }
    boolean related =
        descends(one.process(), other.process()) || descends(other.process(), one.process());
    return related && facts.equals(facts(other)) ? SAME : OTHER;
  }

  private static List<String> facts(Descriptor of) {
    List<String> facts = new ArrayList<>();
    for (String line : Proc.lines(Path.of("/proc/" + of.process() + "/fdinfo/" + of.number()))) {
      String[] words = line.split("\\s+");
      switch (words[0]) {
        case "pos:", "mnt_id:", "ino:" -> facts.add(line);
        case "flags:" -> facts.add("" + (Long.parseLong(words[1], 8) & ~Linux.O_CLOEXEC));
        default -> {} // locks and the like
      }
    }
    return facts;
  }

  private static boolean descends(int process, int from) {
    int ancestor = process;
    while (ancestor > 1 && ancestor != from) {
      ancestor = parent(ancestor);
    }
    return ancestor == from;
  }

  /** 0 when the process has gone. */
  private static int parent(int process) {
    for (String line : Proc.lines(Path.of("/proc/" + process + "/status"))) {
      if (line.startsWith("PPid:")) {
        return Integer.parseInt(line.substring(5).strip());
      }
    }
    return 0;
  }
}
