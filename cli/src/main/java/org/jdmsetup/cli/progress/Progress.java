package org.jdmsetup.cli.progress;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.tables.Sectors;

/**
 * How far a target has come.
 *
 * @param rule whose target it is
 * @param work what it does, as in "the merge is finished"
 * @param left what remains to be done; none when it is finished
 * @param total what there was to be done at first; none when the status does not tell
 * @param failure why it will not be finished, a clause without a full stop; null as long as it may
 * @param endIsAnEvent whether the device's event number changes with the end of the work, and with
 *     its failure
 */
public record Progress(
    TargetSpec rule,
    String work,
    Sectors left,
    Sectors total,
    String failure,
    boolean endIsAnEvent) {

  /** Of all targets that have or had something to do, in the order of a table. */
  public static List<Progress> of(List<TargetSpec> status) {
    List<Progress> all = new ArrayList<>();
    for (TargetSpec rule : status) {
      ProgressReader reader = ProgressReader.of(rule.type());
      if (reader != null) {
        all.add(reader.read(rule));
      }
    }
    return all;
  }

  public boolean isFinished() {
    return left.isZero() && failure == null;
  }

  /** Whether a target of a table, of this type and in this place, goes on with the work. */
  public boolean goesOnIn(List<TargetSpec> table) {
    for (TargetSpec other : table) {
      if (other.start().equals(rule.start()) && other.type().equals(rule.type())) {
        return true;
      }
    }
    return false;
  }

  static Progress failed(TargetSpec rule, String work, String failure) {
    return new Progress(rule, work, rule.length(), Sectors.ZERO, failure, true);
  }
}
