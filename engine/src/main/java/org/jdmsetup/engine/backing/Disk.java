package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * A block device under a table, claimed for the engine as a whole: one claim (O_EXCL) however many
 * tables use it, so that nobody mounts it meanwhile, and descriptors beside the claim that do the
 * work.
 */
final class Disk extends OpenedBacking {
  /**
   * How often dirty pages are written back before a change is given up: another program may dirty
   * them again.
   */
  private static final int MAX_WRITEBACK_TRIES = 8;

  private static final ThreadLocal<AlignedBuffer> ARGUMENT =
      ThreadLocal.withInitial(() -> new AlignedBuffer(16));

  private final DeviceNumber number;
  private final String path;
  private final int claim;
  private int logicalBlockSize = Sectors.SIZE;
  private Limits limits = Limits.ofDisk();
  private Sectors limitsStart = Sectors.ZERO;
  private Identity identity = Identity.NONE;

  /**
   * @param path how it was found, in byte text
   * @param claim the descriptor that holds the claim, closed with the rest
   */
  Disk(DeviceNumber number, String path, int claim, Object lock, Runnable onClosed) {
    super(lock, onClosed);
    this.number = number;
    this.path = path;
    this.claim = claim;
  }

  @Override
  void afterOpen() {
    logicalBlockSize = (int) ioctlOr(Linux.BLKSSZGET, Sectors.SIZE) & 0x7fff_ffff;
    DiskLimits facts = new DiskLimits(number);
    limits = facts.read(logicalBlockSize);
    limitsStart = facts.start();
    identity = DiskIdentity.of(number, io.descriptor(), path);
  }

  private long ioctlOr(long command, long otherwise) {
    AlignedBuffer argument = ARGUMENT.get();
    argument.bytes().putLong(0, 0);
    boolean known = argument.ioctl(io.descriptor(), command) == 0;
    return known ? argument.bytes().getLong(0) : otherwise;
  }

  @Override
  void close() {
    super.close();
    NativeIo.C.close(claim);
  }

  @Override
  public DeviceNumber number() {
    return number;
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public String tableWord() {
    return number.toString();
  }

  @Override
  public String description() {
    return ByteText.unicode(path) + " (" + number + ")";
  }

  @Override
  public long sizeSectors() {
    return Sectors.fromBytes(ioctlOr(Linux.BLKGETSIZE64, 0));
  }

  @Override
  public int logicalBlockSize() {
    return logicalBlockSize;
  }

  @Override
  public boolean supportsDiscard() {
    return limits.canDiscard();
  }

  @Override
  public boolean supportsWriteZeroes() {
    return limits.canWriteZeroes();
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public Sectors limitsStart() {
    return limitsStart;
  }

  @Override
  Outcome discard(long offset, long length) {
    return changeAfterWriteback(offset, length, Disk::blkdiscard);
  }

  @Override
  Outcome writeZeroes(long offset, long length, boolean mayUnmap, boolean durable) {
    Outcome outcome =
        changeAfterWriteback(offset, length, mayUnmap ? FileIo::punchHole : Disk::blkzeroout);
    if (outcome.is(Errno.EOPNOTSUPP) || outcome.is(Errno.EINVAL)) {
      return io.writeZeroes(length, offset, durable); // EINVAL: not aligned to its blocks
    }
    return outcome.isDone() && durable ? io.flush() : outcome;
  }

  private static Outcome blkdiscard(int descriptor, long offset, long length) {
    return ranged(Linux.BLKDISCARD, descriptor, offset, length);
  }

  private static Outcome blkzeroout(int descriptor, long offset, long length) {
    return ranged(Linux.BLKZEROOUT, descriptor, offset, length);
  }

  private static Outcome ranged(long command, int descriptor, long offset, long length) {
    AlignedBuffer range = ARGUMENT.get();
    range.bytes().putLong(0, offset).putLong(8, length);
    return range.ioctl(descriptor, command) == 0 ? Outcome.DONE : Outcome.of(NativeIo.errno());
  }

  /**
   * Discards or zeroes a range. A kernel answers EBUSY while dirty pages of the range are in its
   * cache and the disk is claimed, even by us: then the pages are written back and the change is
   * tried again.
   */
  private Outcome changeAfterWriteback(long offset, long length, FileIo.Change change) {
    Outcome outcome = io.change(length, offset, change);
    for (int tries = 0; outcome.is(Errno.EBUSY) && tries < MAX_WRITEBACK_TRIES; tries++) {
      int all = Linux.SYNC_FILE_RANGE_WRITE_AND_WAIT;
      if (NativeIo.C.sync_file_range(io.descriptor(), offset, length, all) != 0) {
        return Outcome.of(NativeIo.errno());
      }
      outcome = io.change(length, offset, change);
    }
    return outcome;
  }
}
