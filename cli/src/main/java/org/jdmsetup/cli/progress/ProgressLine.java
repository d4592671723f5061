package org.jdmsetup.cli.progress;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jdmsetup.tables.Sectors;

/**
 * What a person sees of work that is under way: how much is done, how fast it goes and how long it
 * will take. The speed is that of the last seconds.
 */
public final class ProgressLine {
  private static final double NANOS = 1e9;
  private static final double KIB = 1024;

  /** How many of the last looks the speed is measured over. */
  private static final int LOOKS = 10;

  private record Look(long nanos, long left) {}

  private final Deque<Look> looks = new ArrayDeque<>();
  private long most;

  /**
   * @param work in the words of {@link Progress}
   * @param total nothing when unknown: then what was left at first is all
   * @param nanos when this was so, by {@link System#nanoTime}
   */
  public String next(String work, Sectors left, Sectors total, long nanos) {
    return next(work, left.count(), total.count(), nanos);
  }

  private String next(String work, long left, long total, long nanos) {
    most = Math.max(most, Math.max(left, total));
    looks.add(new Look(nanos, left));
    if (looks.size() > LOOKS) {
      looks.remove();
    }
    long percent = most == 0 ? 100 : (long) ((most - left) * 100.0 / most);
    StringBuilder line = new StringBuilder(work).append(' ').append(percent).append(" %, ");
    line.append(size(left)).append(" left");
    Look first = looks.peek();
    double seconds = (nanos - first.nanos) / NANOS;
    double done = first.left - left;
    if (seconds > 0 && done > 0) {
      line.append(", ").append(size(done / seconds)).append("/s");
      line.append(", ").append(time(Math.round(left / (done / seconds)))).append(" to go");
    }
    return line.toString();
  }

  /** As people write sizes: {@code 1.5 MiB}. */
  public static String size(Sectors sectors) {
    return size(sectors.count());
  }

  private static String size(double sectors) {
    double size = sectors * Sectors.SIZE / KIB;
    String unit = "KiB";
    for (String larger : new String[] {"MiB", "GiB", "TiB", "PiB"}) {
      if (size >= KIB) {
        size /= KIB;
        unit = larger;
      }
    }
    return String.format(Locale.ROOT, "%.1f %s", size, unit);
  }

  private static String time(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }
}
