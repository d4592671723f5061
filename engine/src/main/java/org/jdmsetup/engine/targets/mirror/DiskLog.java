package org.jdmsetup.engine.targets.mirror;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.MirrorParams.Sync;
import org.jdmsetup.tables.text.Words;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log on a device: from its first sector a header (magic, version, number of regions,
 * little-endian), from byte 1024 a bit for each region, bit <i>i</i> in byte <i>i</i>/8, set when
 * the region is clean; as Linux writes it (dm-log).
 *
 * <p>The order is what makes it true after a crash. A region is marked dirty on the device, and the
 * device flushed, before a leg is written. It is marked clean after all writes to it have completed
 * and the legs were flushed; this mark need not be durable. When the mirror starts, each region
 * that is not clean is out of sync.
 */
final class DiskLog implements DirtyLog {
  private static final Logger LOG = LoggerFactory.getLogger(DiskLog.class);

  private static final int MAGIC = 0x4D695272;
  private static final int VERSION = 2;
  private static final int VERSION_AT = 4;
  private static final int REGIONS_AT = 8;

  /** Where the bits begin, in bytes. */
  static final int BITS_AT = 1024;

  /** What is written at least, so that a change somewhere does not cost the whole log. */
  private static final int UNIT = 4096;

  private final SyncBits sync;
  private final Sync start;
  private final Backing device;
  private final BlockingIo io;
  private final BooleanSupplier flushLegs;
  private final Runnable event;
  private final AlignedBuffer buffer;
  private final ByteBuffer bytes;

  private boolean cleaned;
  private boolean dirtied;

  /** Range of bytes that were changed and not yet written; empty when changedFrom >= changedTo. */
  private int changedFrom = Integer.MAX_VALUE;

  private int changedTo;

  /** Whether nobody knows any more which regions are clean, as a leg could not be flushed. */
  private boolean legFlushFailed;

  private volatile boolean failed;
  private volatile boolean flushFailed;

  /**
   * @param size of the log on the device in bytes, a multiple of the device's blocks
   * @param flushLegs flushes all legs, false when that failed
   * @param event raises an event of the mapped device
   */
  DiskLog(
      SyncBits sync,
      Sync start,
      Backing device,
      int size,
      BooleanSupplier flushLegs,
      Runnable event) {
    this.sync = sync;
    this.start = start;
    this.device = device;
    this.flushLegs = flushLegs;
    this.event = event;
    io = new BlockingIo(device);
    buffer = new AlignedBuffer(size);
    bytes = buffer.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public SyncBits sync() {
    return sync;
  }

  @Override
  public void resume() {
    long known = readLog();
    for (int word = 0; word < sync.words(); word++) {
      setWord(word, initialBits(word, known));
      sync.setWord(word, word(word));
    }
    sync.restartSearch();
    if (Long.compareUnsigned(known, sync.regions()) < 0) {
      writeBits();
    }
    bytes.putLong(REGIONS_AT, sync.regions());
    changedFrom = 0;
    changedTo = bytes.capacity();
    dirtied = true;
    cleaned = false; // what is clean was so on the device
    write();
  }

  /**
   * Writes the bits of new regions before the header counts them: a write is atomic within one
   * block only. An error is not handled here, as the write of the whole log, which follows, meets
   * it again.
   */
  private void writeBits() {
    int from = Math.max(BITS_AT, device.logicalBlockSize());
    if (from < bytes.capacity()) {
      io.write(
          Sectors.fromBytes(from),
          Sectors.fromBytes(bytes.capacity() - from),
          buffer.address() + from,
          false);
      io.flush();
    }
  }

  /** Reads the log; how many regions it knows. */
  private long readLog() {
    Outcome outcome = io.read(0, Sectors.fromBytes(bytes.capacity()), buffer.address());
    if (!outcome.isDone()) {
      putHeader();
      fail("Failed to read header on dirty region log device", outcome);
      return 0;
    }
    if (start != Sync.DEFAULT || bytes.getInt(0) != MAGIC) {
      putHeader();
      return 0;
    }
    int version = bytes.getInt(VERSION_AT);
    if (version == 1) {
      bytes.putInt(VERSION_AT, VERSION); // the same on a little-endian machine
    } else if (version != VERSION) {
      fail(
          "incompatible disk log version: found "
              + Integer.toUnsignedString(version)
              + ", expected "
              + VERSION,
          Outcome.failed(Errno.EINVAL));
      return 0;
    }
    return bytes.getLong(REGIONS_AT);
  }

  private void putHeader() {
    bytes.putInt(0, MAGIC);
    bytes.putInt(VERSION_AT, VERSION);
  }

  /** What the bits of a word are at the start: regions that the log does not know are new. */
  private long initialBits(int word, long known) {
    long first = word * 64L;
    long knownBits = 0; // the bits that the log knows
    if (Long.compareUnsigned(known, first) > 0) {
      knownBits = Long.compareUnsigned(known - first, 64) >= 0 ? -1L : (1L << known) - 1;
    }
    long bits = start == Sync.NOSYNC ? word(word) | ~knownBits : word(word) & knownBits;
    long beyond = sync.regions() - first < 64 ? -1L << sync.regions() : 0;
    return bits & ~beyond;
  }

  private long word(int word) {
    return bytes.getLong(BITS_AT + 8 * word);
  }

  private void setWord(int word, long bits) {
    int at = BITS_AT + 8 * word;
    bytes.putLong(at, bits);
    changedFrom = Math.min(changedFrom, at);
    changedTo = Math.max(changedTo, at + 8);
  }

  @Override
  public void mark(long region) {
    int word = (int) (region >>> 6);
    setWord(word, word(word) & ~(1L << region));
    dirtied = true;
  }

  @Override
  public void clear(long region) {
    if (!legFlushFailed) {
      int word = (int) (region >>> 6);
      setWord(word, word(word) | 1L << region);
      cleaned = true;
    }
  }

  @Override
  public boolean flush() {
    if (!cleaned && !dirtied) {
      return true;
    }
    if (cleaned && !flushLegs.getAsBoolean()) {
      legFlushFailed = true;
      for (int word = 0; word < sync.words(); word++) {
        setWord(word, 0);
      }
      dirtied = true;
    }
    return write();
  }

  private boolean write() {
    int unit = Math.max(UNIT, device.logicalBlockSize());
    int from = changedFrom / unit * unit;
    int to = (int) Math.min(bytes.capacity(), (changedTo + unit - 1L) / unit * unit);
    Outcome outcome =
        io.write(
            Sectors.fromBytes(from), Sectors.fromBytes(to - from), buffer.address() + from, false);
    if (outcome.isDone() && dirtied) {
      outcome = io.flush();
      flushFailed |= !outcome.isDone();
    }
    if (!outcome.isDone()) {
      fail("Failed to write dirty region log", outcome);
      return false;
    }
    cleaned = false;
    dirtied = false;
    changedFrom = Integer.MAX_VALUE;
    changedTo = 0;
    return true;
  }

  private void fail(String what, Outcome outcome) {
    if (!failed) {
      LOG.error("mirror: {}: {}: {}", device.description(), what, outcome);
      failed = true;
      event.run();
    }
  }

  @Override
  public String info() {
    return "3 disk "
        + Words.escape(device.tableWord())
        + (flushFailed ? " F" : failed ? " D" : " A");
  }
}
