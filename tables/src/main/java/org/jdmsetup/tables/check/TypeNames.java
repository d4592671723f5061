package org.jdmsetup.tables.check;

import java.util.Arrays;
import org.jdmsetup.tables.text.Nearest;

/** The names of target types that kernels have, and what people type instead. */
public final class TypeNames {

  /** The target types that Linux documents, and the ones before they were renamed. */
  private static final String[] TYPES = {
    "cache",
    "clone",
    "crypt",
    "delay",
    "dust",
    "ebs",
    "era",
    "error",
    "flakey",
    "integrity",
    "io-error",
    "linear",
    "log-writes",
    "mirror",
    "multipath",
    "pcache",
    "raid",
    "snapshot",
    "snapshot-merge",
    "snapshot-origin",
    "striped",
    "switch",
    "thin",
    "thin-pool",
    "unstriped",
    "vdo",
    "verity",
    "writecache",
    "zero",
    "zoned"
  };

  private TypeNames() {}

  /** Whether Linux documents a target type of this name, or did before it was renamed. */
  static boolean isOfKernels(String type) {
    return Arrays.asList(TYPES).contains(type);
  }

  /**
   * The type that an unknown name was probably meant to be; null when it is known, or nothing is
   * near. Old tutorials call snapshots by the name of a module that was never in a kernel.
   */
  public static String meant(String type) {
    if (isOfKernels(type)) {
      return null;
    }
    return type.equals("snapshot-target") ? "snapshot" : Nearest.to(type, TYPES);
  }
}
