package org.jdmsetup.cli.progress;

import org.jdmsetup.ioctl.buffer.TargetSpec;

/** Reads the status of one target type. */
interface ProgressReader {

  /**
   * @param rule with the status as its parameters
   */
  Progress read(TargetSpec rule);

  /** The reader for a type, or null when its targets have nothing to finish. */
  static ProgressReader of(String type) {
    switch (type) {
      case "snapshot-merge":
        return new MergeProgress();
      case "mirror":
        return new MirrorProgress();
      default:
        return null;
    }
  }
}
