package org.jdmsetup.engine.targets.logwrites;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Sectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as it stands on its device; the format is the kernel's (struct log_write_super and struct
 * log_write_entry of dm-log-writes), little-endian, in units of the logged device's logical block.
 *
 * <pre>
 * unit 0    u64 magic 0x006a736677736872, u64 version 1, u64 number of entries, u32 bytes of a unit
 * unit 1…   an entry: u64 first unit, u64 units, u64 flags, u64 bytes of text, the text of a mark;
 *           then the data of a write; the next entry follows
 * </pre>
 *
 * <p>Entries are appended one after another and nothing is flushed. The first unit is written after
 * each entry that was durable when it completed (FUA) and after each mark, so that it never counts
 * an entry that is not on the device. Entries after the last such write are not counted yet; {@link
 * LogWritesTarget} ends each log with a mark, which counts them.
 *
 * <p>When the device is full or fails, logging stops for good.
 */
final class WriteLog {
  private static final Logger LOG = LoggerFactory.getLogger(WriteLog.class);

  private static final long MAGIC = 0x006a_7366_7773_6872L;
  private static final long VERSION = 1;
  private static final int ENTRY_BYTES = 32;

  private final String name;
  private final BlockDevice device;
  private final BlockingIo io;
  private final int unit;
  private final long unitSectors;
  private final AlignedBuffer block;
  private final ByteBuffer bytes;

  // guarded by this
  private long entries;
  private long nextSector;
  private long endSector;
  private volatile boolean enabled = true;

  /**
   * @param name of the mapped device, for messages
   * @param unit logical block size of the logged device, in bytes
   */
  WriteLog(String name, BlockDevice device, int unit) {
    this.name = name;
    this.device = device;
    this.unit = unit;
    io = new BlockingIo(device);
    block = new AlignedBuffer(unit);
    bytes = block.bytes().order(ByteOrder.LITTLE_ENDIAN);
    unitSectors = Sectors.fromBytes(unit);
    nextSector = unitSectors;
    endSector = device.sizeSectors();
  }

  /**
   * Continues the log after the entries that the device's first block counts; without such a block
   * it begins anew.
   */
  void continueLog() {
    if (!io.read(0, unitSectors, block.address()).isDone()
        || bytes.getLong(0) != MAGIC
        || bytes.getInt(24) != unit) {
      return;
    }
    long count = bytes.getLong(16);
    long sector = unitSectors;
    for (long i = 0; i < count; i++) {
      long units = -1;
      if (sector < endSector && io.read(sector, unitSectors, block.address()).isDone()) {
        units = (bytes.getLong(16) & Entry.DISCARD) != 0 ? 0 : bytes.getLong(8);
      }
      if (units < 0 || units > endSector) {
        disable("entry " + i + " of the " + count + " that were logged before is not to be found");
        return;
      }
      sector += (1 + units) * unitSectors;
    }
    synchronized (this) {
      entries = count;
      nextSector = sector;
    }
  }

  /** How many bytes of a mark's text there is room for. */
  int markBytes() {
    return unit - ENTRY_BYTES - 1;
  }

  boolean enabled() {
    return enabled;
  }

  /** Stops logging for good. */
  synchronized void disable(String why) {
    if (enabled) {
      enabled = false;
      LOG.warn("{}: log-writes: {}; logging is disabled", name, why);
    }
  }

  /** Entries, the last sector that is taken, and whether logging stopped, as in a status. */
  synchronized String info() {
    return entries + " " + (nextSector - 1) + (enabled ? "" : " logging_disabled");
  }

  /** Appends an entry, waiting for it; one thread at a time. */
  void append(Entry entry) {
    long sector = takeSpace(entry);
    if (sector < 0) {
      return;
    }
    Outcome outcome = writeEntry(entry, sector);
    if (outcome.isDone() && (entry.flags & (Entry.FUA | Entry.MARK)) != 0) {
      outcome = writeSuper();
    }
    if (!outcome.isDone()) {
      disable("Error writing log block, error=" + outcome.number());
    }
  }

  /** Where the entry goes; -1 when it is not logged. */
  private synchronized long takeSpace(Entry entry) {
    if (!enabled) {
      return -1;
    }
    long sector = nextSector;
    if ((entry.flags & Entry.DISCARD) == 0) {
      nextSector += units(entry.sectors) * unitSectors;
    }
    nextSector += unitSectors;
    if (endSector == 0) {
      endSector = device.sizeSectors();
    }
    if (endSector != 0 && nextSector >= endSector) {
      disable("Ran out of space on the logdev");
      return -1;
    }
    entries++;
    return sector;
  }

  private Outcome writeEntry(Entry entry, long sector) {
    clear();
    bytes.putLong(0, units(entry.sector)).putLong(8, units(entry.sectors));
    bytes.putLong(16, entry.flags);
    if (entry.mark != null) {
      bytes.putLong(24, entry.mark.length).put(ENTRY_BYTES, entry.mark);
    }
    Outcome outcome = io.write(sector, unitSectors, block.address(), false);
    if (outcome.isDone() && entry.data != null) {
      outcome = io.write(sector + unitSectors, entry.sectors, entry.data.data(), false);
    }
    return outcome;
  }

  private long units(long sectors) {
    return sectors / unitSectors;
  }

  private Outcome writeSuper() {
    long count;
    synchronized (this) {
      count = entries;
    }
    clear();
    bytes.putLong(0, MAGIC).putLong(8, VERSION).putLong(16, count).putInt(24, unit);
    return io.write(0, unitSectors, block.address(), false);
  }

  private void clear() {
    NativeIo.C.memset(block.address(), 0, unit);
  }
}
