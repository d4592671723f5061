package org.jdmsetup.engine.targets.snapshot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata of a persistent snapshot on its COW device, in the kernel's format, version 1, all
 * numbers little-endian. Chunk 0 is the header:
 *
 * <pre>
 * 0 u32 magic "SnAp"   4 u32 valid   8 u32 version   12 u32 sectors of a chunk   then zeroes
 * </pre>
 *
 * Chunk 1 is the first area, a chunk of exceptions (u64 chunk of the origin, u64 chunk here; the
 * first with 0 here ends the list), followed by as many data chunks; then comes the next area, and
 * so on. One area at a time is in memory.
 *
 * <p>Order of writes, which {@link PersistentStore} sees to: the data of a chunk; if its exception
 * is the last of its area, zeroes over the next area; a flush; the area with the exception,
 * durable. Only then the request goes on that needed the exception. So an area is never followed by
 * garbage once it is full, and an exception on the device always has its data. A merge takes the
 * exceptions off an area in one durable write, after the origin was flushed. The header is written
 * when the store is made, once its empty first area is on the device (a kernel does not wait for
 * that), and when the snapshot becomes invalid; that is durable before any write goes on whose old
 * data was not copied.
 *
 * <p>For one thread at a time, which may wait for the device; {@link #chunk} can be asked for at
 * any time.
 */
final class CowMetadata {
  private static final Logger LOG = LoggerFactory.getLogger(CowMetadata.class);

  /** Chunks before the first area. */
  static final int HEADER_CHUNKS = 1;

  /** The kernel's text when metadata cannot be read. */
  static final String UNREADABLE = "Failed to read snapshot metadata";

  private static final int MAGIC = 0x70416e53;
  private static final int VERSION = 1;
  private static final int EXCEPTION_SIZE = 16;
  private static final long DEFAULT_CHUNK = 32;

  /** What a COW device holds. */
  enum Found {
    /** Nothing was there: now there is a header and an empty area. */
    NEW,
    VALID,
    /** The header says that the snapshot is invalid. */
    INVALID
  }

  private final Backing cowDevice;
  private final Backing originDevice;
  private final BlockingIo io;
  private final boolean chunkGiven;

  private volatile long chunk;

  /** The area that is in memory. */
  private AlignedBuffer areaBuffer;

  private ByteBuffer area;

  /** A chunk of zeroes; a header only while one is written. */
  private AlignedBuffer zeroes;

  private int perArea;

  /**
   * @param chunk sectors; 0 for what is found there
   */
  CowMetadata(Backing cowDevice, Backing originDevice, long chunk) {
    this.cowDevice = cowDevice;
    this.originDevice = originDevice;
    this.chunk = chunk;
    chunkGiven = chunk != 0;
    io = new BlockingIo(cowDevice);
  }

  /** Sectors of a chunk; 0 when the table did not say and nothing was read yet. */
  long chunk() {
    return chunk;
  }

  // --- the header --------------------------------------------------------------------------------

  /** Reads the header, or writes one where nothing is. */
  Found load() throws TargetException {
    if (!chunkGiven) {
      chunk = Math.max(DEFAULT_CHUNK, Sectors.fromBytes(cowDevice.logicalBlockSize()));
    }
    allocateArea();
    Outcome outcome = readChunk(0);
    if (!outcome.isDone()) {
      throw unreadable("the header", outcome);
    }
    ByteBuffer header = area.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int magic = header.getInt(0);
    if (magic == 0) {
      format();
      return Found.NEW;
    }
    if (magic != MAGIC) {
      throw new TargetException(
          Errno.ENXIO,
          UNREADABLE,
          String.format(
              "Invalid or corrupt snapshot: %s begins with 0x%08x, expected 0x%08x, or zeroes for a"
                  + " new one",
              cowDevice.description(), magic, MAGIC));
    }
    boolean valid = header.getInt(4) != 0;
    int version = header.getInt(8);
    adoptChunkSize(Integer.toUnsignedLong(header.getInt(12)));
    if (version != VERSION) {
      throw new TargetException(
          Errno.EINVAL,
          UNREADABLE,
          "unable to handle snapshot disk version "
              + Integer.toUnsignedString(version)
              + " on "
              + cowDevice.description()
              + ", expected "
              + VERSION);
    }
    return valid ? Found.VALID : Found.INVALID;
  }

  /** The chunk size on the device is the one that counts. */
  private void adoptChunkSize(long onDevice) throws TargetException {
    if (onDevice == chunk) {
      return;
    }
    if (chunkGiven) {
      LOG.warn(
          "chunk size {} in device metadata overrides table chunk size of {}.", onDevice, chunk);
    }
    String fault = ChunkSize.fault(new Sectors(onDevice), cowDevice, originDevice);
    if (fault != null) {
      throw new TargetException(
          Errno.EINVAL,
          UNREADABLE,
          "invalid on-disk chunk size "
              + onDevice
              + " on "
              + cowDevice.description()
              + ": "
              + fault);
    }
    chunk = onDevice;
    allocateArea();
  }

  private void allocateArea() {
    areaBuffer = new AlignedBuffer((int) Sectors.toBytes(chunk));
    zeroes = new AlignedBuffer((int) Sectors.toBytes(chunk));
    area = areaBuffer.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    perArea = area.capacity() / EXCEPTION_SIZE;
  }

  private void format() throws TargetException {
    clear(0, perArea);
    Outcome outcome = io.write(areaChunk(0) * chunk, chunk, areaBuffer.address(), false);
    if (outcome.isDone()) {
      outcome = io.flush(); // a header must not be found before what was there is gone
    }
    if (outcome.isDone()) {
      outcome = writeHeader(true, false);
    }
    if (!outcome.isDone()) {
      throw new TargetException(
          outcome, UNREADABLE, "a new store on " + cowDevice.description() + ": " + outcome);
    }
  }

  /** Marks the snapshot invalid for ever, durably; an error is told to the log. */
  void markInvalid() {
    Outcome outcome = writeHeader(false, true);
    if (!outcome.isDone()) {
      LOG.warn("write header failed on {}: {}", cowDevice.description(), outcome);
    }
  }

  private Outcome writeHeader(boolean valid, boolean durable) {
    fillHeader(MAGIC, valid ? 1 : 0, VERSION, (int) chunk);
    Outcome outcome = io.write(0, chunk, zeroes.address(), durable);
    fillHeader(0, 0, 0, 0);
    return outcome;
  }

  private void fillHeader(int magic, int valid, int version, int chunkSize) {
    zeroes
        .bytes()
        .duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0, magic)
        .putInt(4, valid)
        .putInt(8, version)
        .putInt(12, chunkSize);
  }

  // --- areas on the device -----------------------------------------------------------------------

  /** The chunk in which an area is. */
  long areaChunk(long index) {
    return HEADER_CHUNKS + index * (perArea + 1);
  }

  /** Brings an area into memory. */
  Outcome readArea(long index) {
    return readChunk(areaChunk(index));
  }

  private Outcome readChunk(long wanted) {
    return io.read(wanted * chunk, chunk, areaBuffer.address());
  }

  /** That something cannot be read while the store is loaded. */
  TargetException unreadable(String what, Outcome outcome) {
    return new TargetException(
        outcome, UNREADABLE, what + " of " + cowDevice.description() + ": " + outcome);
  }

  /** Writes zeroes over an area; false when that failed, which is told to the log. */
  boolean zeroArea(long index) {
    return written(index, io.write(areaChunk(index) * chunk, chunk, zeroes.address(), false));
  }

  /**
   * Writes the area that is in memory, durably, after all that it speaks of; false when that
   * failed, which is told to the log.
   */
  boolean writeArea(long index) {
    Outcome outcome = io.flush();
    if (outcome.isDone()) {
      outcome = io.write(areaChunk(index) * chunk, chunk, areaBuffer.address(), true);
    }
    return written(index, outcome);
  }

  private boolean written(long index, Outcome outcome) {
    if (!outcome.isDone()) {
      LOG.warn("area {} of {}: {}", index, cowDevice.description(), outcome);
    }
    return outcome.isDone();
  }

  // --- the area in memory ------------------------------------------------------------------------

  /** How many exceptions an area holds, and how many data chunks follow it. */
  int perArea() {
    return perArea;
  }

  /** The chunk of the origin that an exception of the area is for. */
  long oldChunk(int index) {
    return area.getLong(index * EXCEPTION_SIZE);
  }

  /** Where its data is on the COW device; 0 where the list ends. */
  long newChunk(int index) {
    return area.getLong(index * EXCEPTION_SIZE + 8);
  }

  /** Sets an exception of the area. */
  void put(int index, long oldChunk, long newChunk) {
    area.putLong(index * EXCEPTION_SIZE, oldChunk);
    area.putLong(index * EXCEPTION_SIZE + 8, newChunk);
  }

  /** Takes exceptions out of the area. */
  void clear(int from, int to) {
    for (int i = from; i < to; i++) {
      put(i, 0, 0);
    }
  }
}
