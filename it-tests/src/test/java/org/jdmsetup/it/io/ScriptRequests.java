package org.jdmsetup.it.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.tables.Sectors;

/** The reads, writes and other requests of a script, on its own thread or on others. */
final class ScriptRequests {
  /** Longest request of a script, in sectors. */
  static final int LONGEST = 512;

  /** Sectors that are read at a time when all of a device is read. */
  private static final int PIECE = 64;

  private static final ThreadLocal<AlignedBuffer> BUFFER =
      ThreadLocal.withInitial(() -> new AlignedBuffer(LONGEST * Sectors.SIZE));

  private final ScriptDevices devices;
  private final AtomicLong count = new AtomicLong();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "script-io");
            thread.setDaemon(true);
            return thread;
          });

  ScriptRequests(ScriptDevices devices) {
    this.devices = devices;
  }

  /** How many requests have been made so far. */
  long count() {
    return count.get();
  }

  /** Makes one request, and says what came of it. */
  String io(IoStep.Io step) throws IOException {
    IoDevice device = devices.open(step.device());
    if (device == null) {
      return "no such device";
    }
    count.incrementAndGet();
    AlignedBuffer buffer = BUFFER.get();
    switch (step.op()) {
      case READ:
        int read = device.read(step.sector(), step.sectors(), buffer);
        if (read <= 0) {
          return ScriptControl.name(-read);
        }
        Stamp.Reading reading = new Stamp.Reading();
        reading.add(buffer.bytes(), 0, read);
        return reading.toString();
      case WRITE:
        int origin = Stamp.ofWrite(step.tag());
        Stamp.write(buffer.bytes(), 0, origin, step.sector(), step.sectors());
        int written = device.write(step.sector(), step.sectors(), buffer, step.fua());
        return written < 0 ? ScriptControl.name(-written) : Integer.toString(written);
      case FLUSH:
        return ScriptControl.name(-device.flush());
      case DISCARD:
        return ScriptControl.name(-device.discard(step.sector(), step.sectors()));
      default:
        return ScriptControl.name(-device.zero(step.sector(), step.sectors()));
    }
  }

  /** What all of a device holds. */
  String contents(String name) throws IOException {
    IoDevice device = devices.open(name);
    if (device == null) {
      return "no such device";
    }
    AlignedBuffer buffer = BUFFER.get();
    Stamp.Reading reading = new Stamp.Reading();
    for (long sector = 0; ; sector += PIECE) {
      count.incrementAndGet();
      int read = device.read(sector, PIECE, buffer);
      if (read == 0) {
        return sector == 0 ? "empty" : reading.toString();
      } else if (read < 0) {
        reading.addFailed(ScriptControl.name(-read), PIECE);
      } else {
        reading.add(buffer.bytes(), 0, read);
      }
    }
  }

  /** Makes requests one after another, on a thread of their own. */
  CompletableFuture<String> start(List<IoStep.Io> ios) {
    return CompletableFuture.supplyAsync(
        () -> {
          List<String> outcomes = new ArrayList<>();
          for (IoStep.Io io : ios) {
            try {
              outcomes.add(io(io));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
          return outcomes.toString();
        },
        threads);
  }

  /** What came of requests on several threads, when all have ended. */
  static String joined(List<CompletableFuture<String>> outcomes) {
    return outcomes.stream().map(CompletableFuture::join).toList().toString();
  }
}
