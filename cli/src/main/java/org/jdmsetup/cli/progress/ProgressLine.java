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

  private record Look(long nanos, long leftSectors) {}

  private final Deque<Look> looks = new ArrayDeque<>();
  private long mostSectors;

  /**
   * @param work in the words of {@link Progress}
   * @param total none when unknown: then what was left at first is all
   * @param nanos when this was so, by {@link System#nanoTime}
   */
  public String next(String work, Sectors left, Sectors total, long nanos) {
    return next(work, left.count(), total.count(), nanos);
  }

  private String next(String work, long leftSectors, long totalSectors, long nanos) {
    mostSectors = Math.max(mostSectors, Math.max(leftSectors, totalSectors));
    looks.add(new Look(nanos, leftSectors));
    if (looks.size() > LOOKS) {
      looks.remove();
    }
    long percent =
        mostSectors == 0 ? 100 : (long) ((mostSectors - leftSectors) * 100.0 / mostSectors);
    StringBuilder line = new StringBuilder(work).append(' ').append(percent).append(" %, ");
    line.append(size(leftSectors)).append(" left");
    Look first = looks.peek();
    double seconds = (nanos - first.nanos) / NANOS;
    double doneSectors = first.leftSectors - leftSectors;
    if (seconds > 0 && doneSectors > 0) {
      line.append(", ").append(size(doneSectors / seconds)).append("/s");
      line.append(", ")
          .append(time(Math.round(leftSectors / (doneSectors / seconds))))
          .append(" to go");
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
