package org.jdmsetup.engine.targets.logwrites;

import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Pool;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.Sectors;

/**
 * Entries on their way to the log, in an order that tells what a flush made durable: a completed
 * write or discard waits until a flush that was submitted after that completes, and comes before it
 * in the log. All others are logged when they complete. Safe to use from any thread.
 */
final class PendingEntries {
  private static final int POOL_SIZE = 1024;

  private final WriteLog log;
  private final WorkQueue.Job logAll;
  private final long maxBytes;
  private final IoBufferPool buffers = new IoBufferPool(4L << 20);
  private final Pool<Entry> free = new Pool<>(POOL_SIZE, () -> new Entry(this));

  // guarded by this
  private final IntrusiveQueue<Entry> unflushed = new IntrusiveQueue<>();
  private final IntrusiveQueue<Entry> toLog = new IntrusiveQueue<>();
  private long waitingBytes;

  /**
   * @param logAll queued when there are entries to log
   * @param maxBytes the data that may wait
   */
  PendingEntries(WriteLog log, WorkQueue.Job logAll, long maxBytes) {
    this.log = log;
    this.logAll = logAll;
    this.maxBytes = maxBytes;
  }

  /**
   * Makes the entry of a write, discard or flush. The caller must push it as the request's stage
   * before it submits the request. Null when there is no memory for it; then logging has stopped.
   */
  Entry begin(Request request) {
    IoBuffer data = null;
    Entry entry = free.take();
    if (request.op() == Request.Op.WRITE) {
      data = copyOf(request);
      if (data == null) {
        return null;
      }
    }
    synchronized (this) {
      entry.flags =
          switch (request.op()) {
            case FLUSH -> Entry.FLUSH;
            case DISCARD -> Entry.DISCARD;
            default -> request.fua() ? Entry.FUA : 0;
          };
      entry.sector = request.sector();
      entry.sectors = request.sectors();
      entry.data = data;
      if (request.op() == Request.Op.FLUSH) {
        entry.covered.addAll(unflushed);
      }
      return entry;
    }
  }

  private IoBuffer copyOf(Request request) {
    long bytes = Sectors.toBytes(request.sectors());
    synchronized (this) {
      if (bytes > maxBytes - waitingBytes) {
        log.disable("more than " + maxBytes + " bytes wait for a flush");
        logAll.enqueue();
        return null;
      }
      waitingBytes += bytes;
    }
    try {
      IoBuffer data = buffers.take((int) bytes);
      NativeIo.C.memcpy(data.data(), request.address(), bytes);
      return data;
    } catch (OutOfMemoryError e) {
      log.disable("Error allocating page for log: " + e.getMessage());
      synchronized (this) {
        waitingBytes -= bytes;
        logAll.enqueue();
      }
      return null;
    }
  }

  /** Adds a mark. */
  synchronized void mark(byte[] text) {
    Entry entry = free.take();
    entry.flags = Entry.MARK;
    entry.sector = 0;
    entry.sectors = 0;
    entry.mark = text;
    toLog.add(entry);
    logAll.enqueue();
  }

  /** The request of an entry has completed. */
  synchronized void completed(Entry entry) {
    if (log.enabled() && (entry.flags == 0 || entry.flags == Entry.DISCARD)) {
      unflushed.add(entry);
      return;
    }
    toLog.addAll(entry.covered);
    toLog.add(entry);
    logAll.enqueue();
  }

  /** Takes the next entry to log; null when there is none. */
  synchronized Entry poll() {
    if (!log.enabled()) {
      toLog.addAll(unflushed); // they are only recycled
    }
    return toLog.poll();
  }

  /** An entry is logged: its data is freed, and it is used again. */
  synchronized void recycle(Entry entry) {
    if (entry.data != null) {
      waitingBytes -= Sectors.toBytes(entry.sectors);
      buffers.release(entry.data);
    }
    entry.data = null;
    entry.mark = null;
    free.recycle(entry);
  }

  /** Queues for logging all that waits for a flush, because no flush will follow. */
  synchronized void logUnflushed() {
    toLog.addAll(unflushed);
  }

  /** Frees the memory; nothing waits any more. */
  void close() {
    buffers.clear();
  }
}
