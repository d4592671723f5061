package org.jdmsetup.engine.expose.loop;

import java.nio.file.Path;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.expose.fuse.FuseFile;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Sectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a loop device is told of its device besides size and blocks: discards, zeroes, read-ahead.
 * All of it is looked at again when the device has another table.
 *
 * <p>The loop driver punches a hole in its file both for a discard and for a write of zeroes that
 * may free space, and we cannot tell them apart. Only the second must leave zeroes. If the device
 * can write zeroes, each hole becomes a write of zeroes, which a discard may do too. If it cannot
 * (a snapshot, a mirror), a hole may only ever mean a discard. So the driver must have learned that
 * its file cannot write zeroes: since Linux 6.11 it learns this from the first write of zeroes that
 * is refused. We provoke that refusal here, in a block beyond the device's end that exists for this
 * moment only, because the kernel then writes those zeroes as data. We do it only while nobody can
 * be using the loop device, so that no hole in flight was meant as a write of zeroes. A device that
 * gets such a table later cannot discard.
 */
public final class LoopLimits {

  private static final Logger LOG = LoggerFactory.getLogger(LoopLimits.class);

  private static final int OTHER_BLOCK = 4096;

  /** The kernel's least, {@code VM_READAHEAD_PAGES}. */
  private static final long LEAST_READ_AHEAD = 128 << 10;

  private final int number;
  private final boolean made;
  private final FuseFile file;
  private final Path path;

  /** Where a node may be made, for {@link LoopDriver#open}. */
  private final Path nodes;

  /** Of the table that the loop device was told of last. */
  private volatile Limits lastApplied;

  private int discardUnit;

  /**
   * @param made whether the loop device goes with the mapped one, and need not be left as it was
   */
  LoopLimits(int number, boolean made, FuseFile file, Path path, Path nodes) {
    this.number = number;
    this.made = made;
    this.file = file;
    this.path = path;
    this.nodes = nodes;
  }

  boolean areUpToDate() {
    return lastApplied == file.device.limits();
  }

  /** The driver is about to take the file. */
  void bind() {
    file.holesAreDiscards = false;
    discardUnit = file.fileSystemBlock();
  }

  /** Changes the block size, with which the driver looks at the file anew. */
  int changeBlockSize(int fd, int bytes) {
    boolean before = file.holesAreDiscards;
    file.holesAreDiscards = false;
    int errno = LoopDriver.setBlockSize(fd, bytes);
    if (errno == 0) {
      discardUnit = file.fileSystemBlock();
    } else {
      file.holesAreDiscards = before;
    }
    return errno;
  }

  /**
   * Tells the driver.
   *
   * @param fd of the loop device
   * @param unused whether nobody can be using the loop device
   */
  void adapt(int fd, int blockSize, boolean unused) {
    Limits wanted = file.device.limits();
    if (unused) {
      adaptDiscardUnit(fd, blockSize);
      if (!wanted.canWriteZeroes()) {
        refuseZeroes(fd, blockSize);
      }
    }
    adaptDiscards(wanted, unused);
    // last, as the kernel chooses it anew with every limit
    int errno =
        LoopDriver.setReadAhead(
            fd, Sectors.fromBytes(Math.max(LEAST_READ_AHEAD, 2 * wanted.ioOptBytes())));
    if (errno != 0) {
      LOG.debug("loop{} keeps its read-ahead: error {}", number, errno);
    }
    lastApplied = wanted;
  }

  /**
   * The driver looks at the granularity of discards when its block size changes and never else; so
   * it is changed and changed back.
   */
  private void adaptDiscardUnit(int fd, int blockSize) {
    if (file.fileSystemBlock() != discardUnit) {
      int other = blockSize == OTHER_BLOCK ? OTHER_BLOCK / 2 : OTHER_BLOCK;
      if (changeBlockSize(fd, other) == 0) {
        changeBlockSize(fd, blockSize);
      }
    }
  }

  private void refuseZeroes(int fd, int blockSize) {
    int writer = LoopDriver.open(number, nodes, Linux.O_RDWR);
    if (writer < 0) {
      return;
    }
    file.probeBytes = blockSize;
    LoopDriver.takeSizeFromFile(fd, path);
    int errno = LoopDriver.zeroOut(writer, file.size(), blockSize);
    file.probeBytes = 0;
    LoopDriver.takeSizeFromFile(fd, path);
    NativeIo.C.close(writer);
    file.holesAreDiscards = LoopDriver.queueAttribute(number, "write_zeroes_max_bytes") == 0;
    if (!file.holesAreDiscards) {
      LOG.info("loop{} cannot pass discards on: the attempt to zero ended with {}", number, errno);
    }
  }

  /**
   * Sets how much may be discarded at once; 0 if the device's first table cannot discard. A limit
   * of 0 can be final: newer kernels then show a granularity of 0 and accept no other limit. So it
   * is not set to 0 when the table changes later; each discard that cannot be passed on is refused
   * then.
   */
  private void adaptDiscards(Limits wanted, boolean unused) {
    long possible = LoopDriver.queueAttribute(number, "discard_max_hw_bytes");
    long present = LoopDriver.queueAttribute(number, "discard_max_bytes");
    boolean passedOn = wanted.canDiscard() && (wanted.canWriteZeroes() || file.holesAreDiscards);
    if (!made || possible <= 0 || present <= 0 || !passedOn && !unused) {
      return;
    }
    long most = passedOn ? Sectors.toBytes(wanted.maxDiscardSectors()) : 0;
    long unit = Math.max(1, LoopDriver.queueAttribute(number, "discard_granularity"));
    long settable = Math.min(most, possible) / unit * unit;
    boolean fits = most >= possible ? present >= settable : present == settable;
    if (!fits && !LoopDriver.setQueueAttribute(number, "discard_max_bytes", settable)) {
      LOG.debug("loop{} keeps its discard_max_bytes of {}", number, present);
    }
  }
}
