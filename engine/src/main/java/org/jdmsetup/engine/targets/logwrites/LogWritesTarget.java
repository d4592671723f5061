package org.jdmsetup.engine.targets.logwrites;

import java.util.Arrays;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.LogWritesParams;

/**
 * Passes everything on and notes each write, discard and flush in a log on another device, in an
 * order that tells what a flush made durable: a completed write waits until a flush that was
 * submitted after that completes, and comes before it in the log. A write that is durable by itself
 * (FUA) is logged when it completes. Marks come where the user sets them, and one at the end.
 *
 * <p>A table that is loaded begins the log anew; one that comes back with a restarted engine goes
 * on after the entries that the log's first block counts.
 *
 * <p>The log gets a copy of the data, made when a write is submitted. What waits for a flush
 * therefore takes memory; beyond {@link #MAX_WAITING} the write fails and logging stops, as in a
 * kernel without memory.
 */
public final class LogWritesTarget implements Target {
  private static final long MAX_WAITING = 1L << 30;
  private static final int KEPT_ENTRIES = 1024;
  private static final String END_MARK = "dm-log-writes-end";

  private final LogWritesParams params;
  private final Backing device;
  private final Backing logDevice;
  private final long start;
  private final int unit;
  private final WriteLog log;
  private final IoBufferPool buffers = new IoBufferPool(4L << 20);
  private final WorkQueue queue = new WorkQueue();
  private final WorkQueue.Job logAll = queue.job(this::logAll);

  // guarded by this
  private final IntrusiveQueue<Entry> unflushed = new IntrusiveQueue<>();
  private final IntrusiveQueue<Entry> toLog = new IntrusiveQueue<>();
  private final IntrusiveQueue<Entry> free = new IntrusiveQueue<>();
  private int freeCount;
  private long waitingBytes;

  public LogWritesTarget(TargetContext context, LogWritesParams params) throws TargetException {
    this.params = params;
    device = context.open(params.device(), "Device lookup failed");
    logDevice = context.openToWrite(params.log(), "Log device lookup failed");
    start = context.start();
    unit = device.logicalBlockSize();
    log = new WriteLog(context.deviceWord(), logDevice, unit);
    if (context.remembered() != null) {
      log.goOn();
    }
  }

  @Override
  public void submit(Request request, int copy) {
    if (request.op() != Request.Op.FLUSH) {
      // As in the kernel, sectors are the mapped device's: the target has no start of its own.
      request.sector(start + request.sector());
    }
    if (request.op() == Request.Op.READ || !log.enabled()) {
      pass(request);
      return;
    }
    request.reserveStage(); // what is begun must be logged
    Entry entry = begin(request);
    if (entry == null) {
      request.complete(Outcome.EIO);
      return;
    }
    request.push(entry, 0);
    pass(request);
  }

  private void pass(Request request) {
    if (request.op() == Request.Op.DISCARD && !device.supportsDiscard()) {
      request.complete(Outcome.DONE);
    } else {
      device.submit(request);
    }
  }

  /** The entry of a request; null when there is no memory for it. */
  private Entry begin(Request request) {
    IoBuffer data = null;
    Entry entry;
    synchronized (this) {
      entry = newEntry();
    }
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
      if (bytes > MAX_WAITING - waitingBytes) {
        log.disable("more than " + MAX_WAITING + " bytes wait for a flush");
        logAll.wake();
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
        logAll.wake();
      }
      return null;
    }
  }

  private Entry newEntry() {
    Entry entry = free.poll();
    if (entry == null) {
      return new Entry(this);
    }
    freeCount--;
    return entry;
  }

  /** The request of an entry has completed. */
  void completed(Entry entry) {
    synchronized (this) {
      if (log.enabled() && (entry.flags == 0 || entry.flags == Entry.DISCARD)) {
        unflushed.add(entry);
        return;
      }
      toLog.addAll(entry.covered);
      toLog.add(entry);
      logAll.wake();
    }
  }

  private void logAll() {
    Entry logged = null;
    while (true) {
      Entry entry;
      synchronized (this) {
        if (logged != null) {
          give(logged);
        }
        if (!log.enabled()) {
          toLog.addAll(unflushed); // they are only given back
        }
        entry = toLog.poll();
        if (entry == null) {
          return;
        }
      }
      try {
        log.append(entry);
      } catch (Throwable thrown) {
        Faults.tell("logging a write", thrown);
        log.disable("Error writing log block");
      }
      logged = entry;
    }
  }

  private void give(Entry entry) {
    if (entry.data != null) {
      waitingBytes -= Sectors.toBytes(entry.sectors);
      buffers.give(entry.data);
    }
    entry.data = null;
    entry.mark = null;
    if (freeCount < KEPT_ENTRIES) {
      freeCount++;
      free.add(entry);
    }
  }

  private synchronized void mark(String text) {
    byte[] bytes = ByteText.bytes(text);
    Entry entry = newEntry();
    entry.flags = Entry.MARK;
    entry.sector = 0;
    entry.sectors = 0;
    entry.mark = Arrays.copyOf(bytes, Math.min(bytes.length, log.markBytes()));
    toLog.add(entry);
    logAll.wake();
  }

  @Override
  public String message(List<String> words) throws TargetException {
    if (words.size() != 2) {
      throw new TargetException(
          Errno.EINVAL,
          "Invalid log-writes message arguments, expect 2 arguments, got " + words.size(),
          "the one message is: mark TEXT");
    }
    if (!words.get(0).equalsIgnoreCase("mark")) {
      throw new TargetException(
          Errno.EINVAL,
          "Unrecognised log writes target message received",
          ByteText.unicode(words.get(0)) + ", the one message is: mark TEXT");
    }
    mark(words.get(1));
    return null;
  }

  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.FLUSH || op == Request.Op.DISCARD ? 1 : 0;
  }

  @Override
  public boolean discardsSupported() {
    return true;
  }

  @Override
  public void ioHints(Limits limits) {
    if (!device.supportsDiscard()) {
      limits.discardGranularityBytes(unit);
      limits.maxDiscardSectors(Limits.BIO_MAX_SECTORS);
    }
    int physical = device.limits().physicalBlockSize();
    limits.logicalBlockSize(unit);
    limits.physicalBlockSize(physical);
    limits.ioMinBytes(physical);
  }

  @Override
  public List<DeviceArea> areas() {
    return List.of(new DeviceArea(device, 0, params.length()));
  }

  @Override
  public String info() {
    return log.info();
  }

  @Override
  public String table() {
    return params.text(ref -> (ref == params.device() ? device : logDevice).word());
  }

  /** Logs what no flush followed, and that the log ends. */
  @Override
  public void close() {
    synchronized (this) {
      toLog.addAll(unflushed);
    }
    mark(END_MARK);
    queue.flush();
    buffers.clear();
  }
}
