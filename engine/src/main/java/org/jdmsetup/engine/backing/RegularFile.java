package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * A regular file under a table: one for all tables that name the same file, by whatever path.
 * Discarding punches holes, so that a discarded sector reads as zeroes.
 */
final class RegularFile extends OpenedBacking {
  private final String path;
  private boolean discards;
  private int fileSystemBlock = Sectors.SIZE;
  private Identity identity = Identity.NONE;

  /**
   * @param path absolute, in byte text
   */
  RegularFile(String path, Object lock, Runnable onClosed) {
    super(lock, onClosed);
    this.path = path;
  }

  @Override
  void afterOpen() {
    identity = FileIdentity.of(io.descriptor());
    // Punching beyond the end changes nothing: this only finds out whether the file system can
    // punch holes.
    FileFacts facts = FileFacts.of(io.descriptor());
    fileSystemBlock = facts == null ? Sectors.SIZE : Math.max(Sectors.SIZE, facts.blockSize());
    discards = facts != null && canPunch(facts.size());
  }

  /**
   * Asked also when the file is open for reading only: a table can discard only if all its devices
   * can, and some targets, as a snapshot, discard without a discard on this file.
   */
  private boolean canPunch(long end) {
    if (io.writable()) {
      return FileIo.punchHole(io.descriptor(), end, Sectors.SIZE).isDone();
    }
    int descriptor = PinnedFile.reopen(io.descriptor(), Linux.O_RDWR | Linux.O_NONBLOCK);
    if (descriptor < 0) {
      return false;
    }
    try {
      return FileIo.punchHole(descriptor, end, Sectors.SIZE).isDone();
    } finally {
      NativeIo.C.close(descriptor);
    }
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public DeviceNumber number() {
    return null;
  }

  @Override
  public String tableWord() {
    return path;
  }

  @Override
  public String description() {
    return ByteText.unicode(path);
  }

  @Override
  public long sizeSectors() {
    FileFacts facts = FileFacts.of(io.descriptor());
    return facts == null ? 0 : Sectors.fromBytes(facts.size());
  }

  @Override
  public int logicalBlockSize() {
    return Sectors.SIZE;
  }

  @Override
  public boolean supportsDiscard() {
    return discards;
  }

  @Override
  public boolean supportsWriteZeroes() {
    return discards;
  }

  /** As those of a loop device on the file. */
  @Override
  public Limits limits() {
    Limits limits = Limits.ofDisk();
    if (discards) {
      limits.maxDiscardSectors(Limits.BIO_MAX_SECTORS);
      limits.discardGranularityBytes(fileSystemBlock);
      limits.maxWriteZeroesSectors(Limits.BIO_MAX_SECTORS);
    }
    return limits;
  }

  @Override
  public long extent(long sector, long sectors) {
    if (sector + sectors > sizeSectors()) {
      return -sectors;
    }
    long from = Sectors.toBytes(sector);
    long data = NativeIo.C.lseek(io.descriptor(), from, Linux.SEEK_DATA);
    if (data < 0) {
      boolean none = NativeIo.errno() == Errno.ENXIO.number();
      return none ? sectors : -sectors;
    }
    if (data - from >= Sectors.SIZE) {
      return Math.min(sectors, Sectors.fromBytes(data - from));
    }
    long hole = NativeIo.C.lseek(io.descriptor(), from, Linux.SEEK_HOLE);
    return hole < 0
        ? -sectors
        : -Math.min(sectors, Math.max(1, Sectors.fromBytes(hole - from + Sectors.SIZE - 1)));
  }

  @Override
  Outcome discard(long offset, long length) {
    if (!io.writable()) {
      return Outcome.failed(Errno.EOPNOTSUPP);
    }
    return io.change(length, offset, FileIo::punchHole);
  }

  @Override
  Outcome writeZeroes(long offset, long length, boolean mayUnmap, boolean durable) {
    Outcome outcome = io.change(length, offset, mayUnmap ? FileIo::punchHole : FileIo::zeroRange);
    if (outcome.is(Errno.EOPNOTSUPP)) {
      return io.writeZeroes(length, offset, durable);
    }
    return outcome.isDone() && durable ? io.flush() : outcome;
  }
}
