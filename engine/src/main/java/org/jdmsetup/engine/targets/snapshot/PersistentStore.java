package org.jdmsetup.engine.targets.snapshot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
 * The exception store that survives, in the kernel's format, version 1, all numbers little-endian.
 * Chunk 0 of the COW device is the header:
 *
 * <pre>
 * 0 u32 magic "SnAp"   4 u32 valid   8 u32 version   12 u32 sectors of a chunk   then zeroes
 * </pre>
 *
 * Chunk 1 is the first area, a chunk of exceptions (u64 chunk of the origin, u64 chunk here; the
 * first with 0 here ends the list), followed by as many data chunks; then comes the next area, and
 * so on.
 *
 * <p>Order of writes: the data of a chunk; if its exception is the last of its area, zeroes over
 * the next area; a flush; the area with the exception, durable. Only then the request goes on that
 * needed the exception. So an area is never followed by garbage once it is full, and an exception
 * on the device always has its data. An area is written when no chunk is outstanding that was
 * handed out, or when it is full. A merge takes the exceptions off an area in one durable write,
 * after the origin was flushed. The header is written when the store is made, once its empty first
 * area is on the device (a kernel does not wait for that), and when it becomes invalid, which is
 * durable before a write goes on that the snapshot has no copy for.
 */
final class PersistentStore implements ExceptionStore {
  private static final Logger LOG = LoggerFactory.getLogger(PersistentStore.class);

  private static final int MAGIC = 0x70416e53;
  private static final int VERSION = 1;
  private static final int HEADER_CHUNKS = 1;
  private static final int EXCEPTION_SIZE = 16;
  private static final long DEFAULT_CHUNK = 32;
  private static final String UNREADABLE = "Failed to read snapshot metadata";
  private static final String UNMERGEABLE = "Read error in exception store";

  private final Backing cow;
  private final Backing origin;
  private final BlockingIo io;
  private final boolean chunkGiven;

  private volatile long chunk;
  private AlignedBuffer areaBuffer;
  private ByteBuffer area;

  /** A chunk of zeroes; a header only while one is written. */
  private AlignedBuffer zeroes;

  private int perArea;

  /** Exceptions in the area so far. */
  private int committed;

  private volatile long currentArea;
  private volatile long nextFree = HEADER_CHUNKS + 1;
  private boolean valid = true;

  /** Chunks that were handed out and are not in the area yet. */
  private final AtomicInteger outstanding = new AtomicInteger();

  /** Exceptions in the area that are not on the device yet. */
  private final List<PendingException> unwritten = new ArrayList<>();

  /**
   * @param chunk sectors; 0 for what is found there
   */
  PersistentStore(Backing cow, Backing origin, long chunk) {
    this.cow = cow;
    this.origin = origin;
    this.chunk = chunk;
    chunkGiven = chunk != 0;
    io = new BlockingIo(cow);
  }

  @Override
  public long chunk() {
    return chunk;
  }

  @Override
  public boolean persistent() {
    return true;
  }

  // --- reading ---------------------------------------------------------------------------------

  @Override
  public boolean read(ExceptionTable into) throws TargetException {
    try {
      return load(into);
    } catch (OutOfMemoryError e) {
      throw new TargetException(
          Errno.ENOMEM,
          UNREADABLE,
          "no memory for a chunk of " + chunk + " sectors and its exceptions");
    }
  }

  private boolean load(ExceptionTable into) throws TargetException {
    if (!chunkGiven) {
      chunk = Math.max(DEFAULT_CHUNK, Sectors.ofBytes(cow.logicalBlockSize()));
    }
    allocateArea();
    readChunk(0, "the header");
    ByteBuffer header = area.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int magic = header.getInt(0);
    if (magic == 0) {
      format();
      return true;
    }
    if (magic != MAGIC) {
      throw new TargetException(
          Errno.ENXIO,
          UNREADABLE,
          String.format(
              "Invalid or corrupt snapshot: %s begins with 0x%08x, expected 0x%08x, or zeroes for a"
                  + " new one",
              cow.description(), magic, MAGIC));
    }
    boolean wasValid = header.getInt(4) != 0;
    int version = header.getInt(8);
    takeChunk(Integer.toUnsignedLong(header.getInt(12)));
    if (version != VERSION) {
      throw new TargetException(
          Errno.EINVAL,
          UNREADABLE,
          "unable to handle snapshot disk version "
              + Integer.toUnsignedString(version)
              + " on "
              + cow.description()
              + ", expected "
              + VERSION);
    }
    valid = wasValid;
    if (!valid) {
      return false;
    }
    readAreas(into);
    return true;
  }

  /** The chunk size on the device is the one that counts. */
  private void takeChunk(long onDevice) throws TargetException {
    if (onDevice == chunk) {
      return;
    }
    if (chunkGiven) {
      LOG.warn(
          "chunk size {} in device metadata overrides table chunk size of {}.", onDevice, chunk);
    }
    String fault = ChunkSize.fault(onDevice, cow, origin);
    if (fault != null) {
      throw new TargetException(
          Errno.EINVAL,
          UNREADABLE,
          "invalid on-disk chunk size " + onDevice + " on " + cow.description() + ": " + fault);
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

  private void readChunk(long wanted, String what) throws TargetException {
    Outcome outcome = io.read(wanted * chunk, chunk, areaBuffer.address());
    if (!outcome.isDone()) {
      throw new TargetException(
          outcome.number(), UNREADABLE, what + " of " + cow.description() + ": " + outcome);
    }
  }

  private void readAreas(ExceptionTable into) throws TargetException {
    long reading = -1;
    do {
      reading++;
      readChunk(areaChunk(reading), "area " + reading);
    } while (takeExceptions(into));
    currentArea = reading;
    skipMetadata();
  }

  /** False when the area was not full. */
  private boolean takeExceptions(ExceptionTable into) {
    for (int i = 0; i < perArea; i++) {
      long newChunk = newChunk(i);
      if (newChunk == 0) {
        committed = i;
        forgetFrom(i);
        return false;
      }
      if (nextFree <= newChunk) {
        nextFree = newChunk + 1;
      }
      into.add(oldChunk(i), newChunk);
    }
    return true;
  }

  /**
   * Takes out what follows the end of the list: what a merge had begun to take off when the power
   * was cut must not be found again when the list grows.
   */
  private void forgetFrom(int index) {
    for (int at = index * EXCEPTION_SIZE; at < area.capacity(); at += Long.BYTES) {
      area.putLong(at, 0);
    }
  }

  private long areaChunk(long index) {
    return HEADER_CHUNKS + index * (perArea + 1);
  }

  private long oldChunk(int index) {
    return area.getLong(index * EXCEPTION_SIZE);
  }

  private long newChunk(int index) {
    return area.getLong(index * EXCEPTION_SIZE + 8);
  }

  // --- writing ---------------------------------------------------------------------------------

  private void format() throws TargetException {
    zeroArea();
    Outcome outcome = io.write(areaChunk(0) * chunk, chunk, areaBuffer.address(), false);
    if (outcome.isDone()) {
      outcome = io.flush(); // a header must not be found before what was there is gone
    }
    if (outcome.isDone()) {
      outcome = writeHeader(true, false);
    }
    if (!outcome.isDone()) {
      throw new TargetException(
          outcome.number(), UNREADABLE, "a new store on " + cow.description() + ": " + outcome);
    }
  }

  private void zeroArea() {
    for (int i = 0; i < area.capacity(); i += Long.BYTES) {
      area.putLong(i, 0);
    }
  }

  private Outcome writeHeader(boolean asValid, boolean durable) {
    fillHeader(MAGIC, asValid ? 1 : 0, VERSION, (int) chunk);
    Outcome outcome = io.write(0, chunk, zeroes.address(), durable);
    fillHeader(0, 0, 0, 0);
    return outcome;
  }

  private void fillHeader(int magic, int isValid, int version, int chunkSize) {
    zeroes
        .bytes()
        .duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0, magic)
        .putInt(4, isValid)
        .putInt(8, version)
        .putInt(12, chunkSize);
  }

  @Override
  public long prepare() {
    long taken = nextFree;
    if (cow.sizeSectors() < (taken + 1) * chunk) {
      return -1;
    }
    nextFree = taken + 1;
    skipMetadata();
    outstanding.incrementAndGet();
    return taken;
  }

  private void skipMetadata() {
    if (nextFree % (perArea + 1) == HEADER_CHUNKS) {
      nextFree++;
    }
  }

  @Override
  public void commit(PendingException exception, boolean copied, Committed told) {
    if (!copied) {
      valid = false;
    }
    area.putLong(committed * EXCEPTION_SIZE, exception.chunk);
    area.putLong(committed * EXCEPTION_SIZE + 8, exception.newChunk);
    committed++;
    unwritten.add(exception);
    boolean last = outstanding.decrementAndGet() == 0;
    boolean full = committed == perArea;
    if (!last && !full) {
      return;
    }
    writeArea(full);
    for (PendingException written : unwritten) {
      told.committed(written, valid);
    }
    unwritten.clear();
  }

  private void writeArea(boolean full) {
    if (full && !zeroNextArea()) {
      valid = false;
    }
    if (valid && !writeAreaDurably()) {
      valid = false;
    }
    if (full) {
      committed = 0;
      currentArea++;
      zeroArea();
    }
  }

  private boolean zeroNextArea() {
    Outcome outcome = io.write(areaChunk(currentArea + 1) * chunk, chunk, zeroes.address(), false);
    if (!outcome.isDone()) {
      LOG.warn("area {} of {}: {}", currentArea + 1, cow.description(), outcome);
    }
    return outcome.isDone();
  }

  /** Writes the current area after all that it speaks of. */
  private boolean writeAreaDurably() {
    Outcome outcome = io.flush();
    if (outcome.isDone()) {
      outcome = io.write(areaChunk(currentArea) * chunk, chunk, areaBuffer.address(), true);
    }
    if (!outcome.isDone()) {
      LOG.warn("area {} of {}: {}", currentArea, cow.description(), outcome);
    }
    return outcome.isDone();
  }

  @Override
  public void drop() {
    valid = false;
    Outcome outcome = writeHeader(false, true);
    if (!outcome.isDone()) {
      LOG.warn("write header failed on {}: {}", cow.description(), outcome);
    }
  }

  // --- numbers ---------------------------------------------------------------------------------

  @Override
  public long allocated() {
    return nextFree * chunk;
  }

  @Override
  public long metadata() {
    return (currentArea + 1 + HEADER_CHUNKS) * chunk;
  }

  // --- merging ---------------------------------------------------------------------------------

  @Override
  public Run prepareMerge() throws TargetException {
    if (committed == 0) {
      if (currentArea == 0) {
        return new Run(0, 0, 0);
      }
      long before = currentArea - 1;
      Outcome outcome = io.read(areaChunk(before) * chunk, chunk, areaBuffer.address());
      if (!outcome.isDone()) {
        throw new TargetException(
            outcome.number(), UNMERGEABLE, "area " + before + " of " + cow.description());
      }
      currentArea = before;
      committed = perArea;
    }
    int last = committed - 1;
    int count = 1;
    while (count < committed
        && oldChunk(last - count) == oldChunk(last) - count
        && newChunk(last - count) == newChunk(last) - count) {
      count++;
    }
    return new Run(oldChunk(last) - count + 1, newChunk(last) - count + 1, count);
  }

  @Override
  public void commitMerge(int count) throws TargetException {
    for (int i = committed - count; i < committed; i++) {
      area.putLong(i * EXCEPTION_SIZE, 0);
      area.putLong(i * EXCEPTION_SIZE + 8, 0);
    }
    if (!writeAreaDurably()) {
      throw new TargetException(
          Errno.EIO,
          "Write error in exception store",
          "area " + currentArea + " of " + cow.description());
    }
    committed -= count;
    // What is handed out no longer matters; only the status shows it.
    nextFree = areaChunk(currentArea) + committed + 1;
  }
}
