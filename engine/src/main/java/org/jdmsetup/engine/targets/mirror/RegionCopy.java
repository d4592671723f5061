package org.jdmsetup.engine.targets.mirror;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jdmsetup.engine.block.Copier;
import org.jdmsetup.engine.block.Copier.Destination;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.tables.Sectors;

/**
 * The copy of one region from a leg to all others. Where errors are ignored, the region counts as
 * recovered even if something fails; so a range that cannot be read is halved, down to 4 KiB, and
 * only what stays unreadable is left out.
 */
final class RegionCopy {

  /** Who is told when the copy has ended. */
  interface Done {
    /**
     * Must not throw.
     *
     * @param failed bit <i>i</i> is set when leg <i>i</i> had an error, the source too
     */
    void copied(long failed);
  }

  private record Range(long first, long sectors) {}

  private final Copier copier;
  private final Leg source;
  private final List<Leg> others;
  private final boolean ignoreErrors;
  private final Done done;
  private final long smallest;
  private final Deque<Range> remaining = new ArrayDeque<>();
  private long failed;

  RegionCopy(Copier copier, Leg source, List<Leg> others, boolean ignoreErrors, Done done) {
    this.copier = copier;
    this.source = source;
    this.others = others;
    this.ignoreErrors = ignoreErrors;
    this.done = done;
    smallest = Sectors.fromBytes(Math.max(4096, source.device().logicalBlockSize()));
  }

  /**
   * Copies sectors of the rule.
   *
   * @param first counted from the rule's start
   */
  void start(long first, long sectors) {
    remaining.push(new Range(first, sectors));
    next();
  }

  private void next() {
    Range range = remaining.poll();
    if (range == null) {
      done.copied(failed);
      return;
    }
    List<Destination> to = new ArrayList<>();
    for (Leg leg : others) {
      to.add(new Destination(leg.device(), leg.start() + range.first));
    }
    copier.copy(
        source.device(),
        source.start() + range.first,
        range.sectors,
        to,
        (reading, failedWrites) -> copied(range, !reading.isDone(), failedWrites));
  }

  private void copied(Range range, boolean unreadable, long failedWrites) {
    try {
      recordFailures(range, unreadable, failedWrites);
      next();
    } catch (Throwable thrown) {
      Faults.log("copying a region of a mirror", thrown);
      for (Leg leg : others) {
        failed |= 1L << leg.index();
      }
      done.copied(failed);
    }
  }

  private void recordFailures(Range range, boolean unreadable, long failedWrites) {
    for (int i = 0; i < others.size(); i++) {
      if ((failedWrites & 1L << i) != 0) {
        failed |= 1L << others.get(i).index();
      }
    }
    if (unreadable) {
      failed |= 1L << source.index();
      if (ignoreErrors && range.sectors > smallest) {
        long half = (range.sectors / 2 + smallest - 1) / smallest * smallest;
        remaining.push(new Range(range.first + half, range.sectors - half));
        remaining.push(new Range(range.first, half));
      }
    }
  }
}
