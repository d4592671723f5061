package org.jdmsetup.it.ioctl;

import java.util.Collections;
import java.util.List;

/**
 * What sequences are about, the same in both worlds to the last digit: the major number of mapped
 * devices, and the minor numbers of the loop devices that tables sit on.
 */
record Layout(int major, List<Integer> minors) {

  /** A disk of the tests: {@code blockSize} in bytes. */
  record Kind(long sectors, int blockSize, boolean readOnly) {}

  /**
   * The disks: of odd sizes, of large blocks, read-only, one for what keeps a log of writes, and
   * two for what targets keep there and find again: exceptions of snapshots, logs of mirrors.
   */
  static final List<Kind> DISKS =
      List.of(
          new Kind(20_011, 512, false),
          new Kind(12_289, 512, false),
          new Kind(8_192, 4096, false),
          new Kind(8_192, 512, true),
          new Kind(16_384, 512, false),
          new Kind(4_096, 512, false),
          new Kind(2_048, 512, false));

  static final int LARGE_BLOCKS = 2;
  static final int READ_ONLY = 3;
  static final int WRITE_LOG = 4;
  static final int EXCEPTIONS = 5;
  static final int MIRROR_LOG = 6;

  Layout {
    minors = List.copyOf(minors);
  }

  /** Of no disks in particular, for who does not play. */
  static Layout any() {
    return new Layout(0, Collections.nCopies(DISKS.size(), 0));
  }

  /** The disk as tables print it. */
  String number(int disk) {
    return "7:" + minors.get(disk);
  }

  String path(int disk) {
    return "/dev/loop" + minors.get(disk);
  }
}
