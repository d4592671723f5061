package org.jdmsetup.engine.targets.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;

/**
 * The exception store that survives. {@link CowMetadata} says what is on the COW device, and in
 * which order it is written. An area is written when it is full, or when every chunk that was
 * handed out is in it.
 */
final class PersistentStore implements ExceptionStore {
  private static final String UNMERGEABLE = "Read error in exception store";

  private final Backing cowDevice;
  private final CowMetadata metadata;

  /** Exceptions in the area so far. */
  private int exceptionsInArea;

  private volatile long currentArea;
  private volatile long nextFree = CowMetadata.HEADER_CHUNKS + 1;
  private boolean valid = true;

  /** Chunks that were handed out and are not in the area yet. */
  private final AtomicInteger outstanding = new AtomicInteger();

  /** Exceptions in the area that are not on the device yet. */
  private final List<PendingException> unwritten = new ArrayList<>();

  /**
   * @param chunk sectors; 0 for what is found there
   */
  PersistentStore(Backing cowDevice, Backing originDevice, long chunk) {
    this.cowDevice = cowDevice;
    metadata = new CowMetadata(cowDevice, originDevice, chunk);
  }

  @Override
  public long chunk() {
    return metadata.chunk();
  }

  @Override
  public boolean persistent() {
    return true;
  }

  // --- reading ---------------------------------------------------------------------------------

  @Override
  public boolean read(ExceptionTable into) throws TargetException {
    try {
      switch (metadata.load()) {
        case NEW -> {}
        case VALID -> readAreas(into);
        case INVALID -> valid = false;
      }
      return valid;
    } catch (OutOfMemoryError e) {
      throw new TargetException(
          Errno.ENOMEM,
          CowMetadata.UNREADABLE,
          "no memory for a chunk of " + chunk() + " sectors and its exceptions");
    }
  }

  private void readAreas(ExceptionTable into) throws TargetException {
    long reading = -1;
    do {
      reading++;
      Outcome outcome = metadata.readArea(reading);
      if (!outcome.isDone()) {
        throw metadata.unreadable("area " + reading, outcome);
      }
    } while (loadExceptions(into));
    currentArea = reading;
    skipMetadata();
  }

  /** False when the area was not full. */
  private boolean loadExceptions(ExceptionTable into) {
    for (int i = 0; i < metadata.perArea(); i++) {
      long newChunk = metadata.newChunk(i);
      if (newChunk == 0) {
        exceptionsInArea = i;
        // A merge was taking off what follows the end of the list when the power was cut: it must
        // not be found again when the list grows.
        metadata.clear(i, metadata.perArea());
        return false;
      }
      if (nextFree <= newChunk) {
        nextFree = newChunk + 1;
      }
      into.add(metadata.oldChunk(i), newChunk);
    }
    return true;
  }

  // --- writing ---------------------------------------------------------------------------------

  @Override
  public long prepare() {
    long taken = nextFree;
    if (cowDevice.sizeSectors() < (taken + 1) * chunk()) {
      return -1;
    }
    nextFree = taken + 1;
    skipMetadata();
    outstanding.incrementAndGet();
    return taken;
  }

  private void skipMetadata() {
    if (nextFree % (metadata.perArea() + 1) == CowMetadata.HEADER_CHUNKS) {
      nextFree++;
    }
  }

  @Override
  public void commit(PendingException exception, boolean copied, Committed told) {
    if (!copied) {
      valid = false;
    }
    metadata.put(exceptionsInArea, exception.chunk, exception.newChunk);
    exceptionsInArea++;
    unwritten.add(exception);
    boolean last = outstanding.decrementAndGet() == 0;
    boolean full = exceptionsInArea == metadata.perArea();
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
    if (full && !metadata.zeroArea(currentArea + 1)) {
      valid = false;
    }
    if (valid && !metadata.writeArea(currentArea)) {
      valid = false;
    }
    if (full) {
      exceptionsInArea = 0;
      currentArea++;
      metadata.clear(0, metadata.perArea());
    }
  }

  @Override
  public void markInvalid() {
    valid = false;
    metadata.markInvalid();
  }

  // --- numbers ---------------------------------------------------------------------------------

  @Override
  public long allocated() {
    return nextFree * chunk();
  }

  @Override
  public long metadata() {
    return (currentArea + 1 + CowMetadata.HEADER_CHUNKS) * chunk();
  }

  // --- merging ---------------------------------------------------------------------------------

  @Override
  public Run prepareMerge() throws TargetException {
    if (exceptionsInArea == 0) {
      if (currentArea == 0) {
        return new Run(0, 0, 0);
      }
      long before = currentArea - 1;
      Outcome outcome = metadata.readArea(before);
      if (!outcome.isDone()) {
        throw new TargetException(
            outcome, UNMERGEABLE, "area " + before + " of " + cowDevice.description());
      }
      currentArea = before;
      exceptionsInArea = metadata.perArea();
    }
    int last = exceptionsInArea - 1;
    long oldChunk = metadata.oldChunk(last);
    long newChunk = metadata.newChunk(last);
    int count = 1;
    while (count < exceptionsInArea
        && metadata.oldChunk(last - count) == oldChunk - count
        && metadata.newChunk(last - count) == newChunk - count) {
      count++;
    }
    return new Run(oldChunk - count + 1, newChunk - count + 1, count);
  }

  @Override
  public void commitMerge(int count) throws TargetException {
    metadata.clear(exceptionsInArea - count, exceptionsInArea);
    if (!metadata.writeArea(currentArea)) {
      throw new TargetException(
          Errno.EIO,
          "Write error in exception store",
          "area " + currentArea + " of " + cowDevice.description());
    }
    exceptionsInArea -= count;
    // What is handed out no longer matters; only the status shows it.
    nextFree = metadata.areaChunk(currentArea) + exceptionsInArea + 1;
  }
}
