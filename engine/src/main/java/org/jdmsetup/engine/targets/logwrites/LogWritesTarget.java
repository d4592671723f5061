package org.jdmsetup.engine.targets.logwrites;

import java.util.Arrays;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
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
 * order that tells what a flush made durable ({@link PendingEntries}). Marks come where the user
 * sets them, and one at the end.
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
  private static final String END_MARK = "dm-log-writes-end";

  private final LogWritesParams params;
  private final Backing device;
  private final Backing logDevice;
  private final long start;
  private final int unit;
  private final WriteLog log;
  private final PendingEntries entries;
  private final WorkQueue queue = new WorkQueue();

  public LogWritesTarget(TargetContext context, LogWritesParams params) throws TargetException {
    this.params = params;
    device = context.open(params.device(), "Device lookup failed");
    logDevice = context.openToWrite(params.log(), "Log device lookup failed");
    start = context.start().count();
    unit = device.logicalBlockSize();
    log = new WriteLog(context.deviceNumber(), logDevice, unit);
    entries = new PendingEntries(log, queue.job(this::logAll), MAX_WAITING);
    if (context.isRestored()) {
      log.continueLog();
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
    Entry entry = entries.begin(request);
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

  private void logAll() {
    for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
      try {
        log.append(entry);
      } catch (Throwable thrown) {
        Faults.log("logging a write", thrown);
        log.disable("Error writing log block");
      }
      entries.recycle(entry);
    }
  }

  private void mark(String text) {
    byte[] bytes = ByteText.bytes(text);
    entries.mark(Arrays.copyOf(bytes, Math.min(bytes.length, log.markBytes())));
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
    return List.of(new DeviceArea(device, Sectors.ZERO, params.length()));
  }

  @Override
  public String info() {
    return log.info();
  }

  @Override
  public String table() {
    return params.text(ref -> (ref == params.device() ? device : logDevice).tableWord());
  }

  /** Logs what no flush followed, and that the log ends. */
  @Override
  public void close() {
    entries.logUnflushed();
    mark(END_MARK);
    queue.awaitQueued();
    entries.close();
  }
}
