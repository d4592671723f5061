package org.jdmsetup.cli.progress;

import java.util.StringTokenizer;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.tables.Sectors;

/**
 * A mirror whose legs become the same ({@code #LEGS MAJOR:MINOR… SYNCED/REGIONS 1 LETTERS …}):
 * finished when all regions are in sync, which raises an event, as does a leg's failure.
 */
final class MirrorProgress implements ProgressReader {
  private static final String WORK = "resync";

  @Override
  public Progress read(TargetSpec rule) {
    try {
      return read(rule, new StringTokenizer(rule.params()));
    } catch (RuntimeException e) { // a word is missing or no number
      return Progress.failed(rule, WORK, "the status is '" + rule.params().strip() + "'");
    }
  }

  private static Progress read(TargetSpec rule, StringTokenizer words) {
    String[] legs = new String[Integer.parseInt(words.nextToken())];
    for (int i = 0; i < legs.length; i++) {
      legs[i] = words.nextToken();
    }
    String[] regions = words.nextToken().split("/");
    long synced = Long.parseLong(regions[0]);
    long all = Long.parseLong(regions[1]);
    words.nextToken();
    String failure = failure(legs, words.nextToken());
    double unsynced = (double) (all - synced) / all;
    Sectors left =
        synced == all
            ? Sectors.ZERO
            : new Sectors(Math.max(1, (long) (unsynced * rule.length().count())));
    return new Progress(rule, WORK, left, rule.length(), failure, true);
  }

  private static String failure(String[] legs, String letters) {
    for (int i = 0; i < legs.length; i++) {
      String what =
          switch (letters.charAt(i)) {
            case 'D' -> "failed a write";
            case 'F' -> "could not be flushed";
            case 'S' -> "failed while it was made the same as the others";
            default -> null; // fine, or failed a read, which others can serve
          };
      if (what != null) {
        return "leg " + legs[i] + " " + what;
      }
    }
    return null;
  }
}
