package org.jdmsetup.cli.progress;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.tables.Sectors;

/**
 * A snapshot that is folded into its origin ({@code USED/TOTAL METADATA}): finished when nothing
 * but metadata is left in its store. Its end raises no event.
 */
final class MergeProgress implements ProgressReader {
  private static final String WORK = "merge";
  private static final Pattern STATUS = Pattern.compile("(\\d{1,18})/\\d+ (\\d{1,18})");

  @Override
  public Progress read(TargetSpec rule) {
    String status = rule.params().strip();
    Matcher numbers = STATUS.matcher(status);
    if (numbers.matches()) {
      long used = Long.parseLong(numbers.group(1));
      long metadata = Long.parseLong(numbers.group(2));
      Sectors left = new Sectors(Math.max(used - metadata, 0));
      return new Progress(rule, WORK, left, Sectors.ZERO, null, false);
    }
    switch (status) {
      case "Invalid":
        return Progress.failed(
            rule, WORK, "the snapshot's store is invalid, and what it held of the merge is lost");
      case "Merge failed":
        return Progress.failed(
            rule,
            WORK,
            "something could not be read or written; nothing is lost, and the merge goes on when"
                + " the same table is loaded and resumed again");
      default:
        return Progress.failed(rule, WORK, "the status is '" + status + "'");
    }
  }
}
