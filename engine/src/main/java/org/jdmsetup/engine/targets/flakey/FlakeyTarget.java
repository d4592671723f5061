package org.jdmsetup.engine.targets.flakey;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.FlakeyParams;

/**
 * A device that works for some seconds, counted from when the table was loaded, then fails in a
 * chosen way for some, and so on.
 */
public final class FlakeyTarget implements Target, Stage {
  /** Bits of a kernel's request that {@code corrupt_bio_byte} can ask for (Linux 6.1). */
  private static final long REQ_OP_WRITE = 1;

  private static final long REQ_SYNC = 1 << 11;
  private static final long REQ_FUA = 1 << 17;

  /** The cookie of a read whose data is corrupted; of a write, the cookie is the original byte. */
  private static final long CORRUPT_READ = -1;

  private final FlakeyParams params;
  private final FlakeyParams.Corruption corruption;
  private final Backing device;
  private final long start;
  private final LongSupplier nanoTime;
  private final long began;

  public FlakeyTarget(TargetContext context, FlakeyParams params) throws TargetException {
    this(context, params, System::nanoTime);
  }

  FlakeyTarget(TargetContext context, FlakeyParams params, LongSupplier nanoTime)
      throws TargetException {
    this.params = params;
    this.nanoTime = nanoTime;
    corruption = params.corruption();
    device = context.open(params.device(), "Device lookup failed");
    start = params.start().count();
    began = nanoTime.getAsLong();
  }

  @Override
  public void submit(Request request, int copy) {
    if (isDown()) {
      if (request.op() == Request.Op.READ ? fails(request) : failsOrDrops(request)) {
        return;
      }
    }
    request.sector(start + request.sector());
    device.submit(request);
  }

  private boolean isDown() {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - began);
    return seconds % (params.up() + params.down()) >= params.up();
  }

  /** A read fails only if no feature says otherwise. */
  private boolean fails(Request request) {
    if (params.writes() == FlakeyParams.Writes.PLAIN && corruption == null) {
      request.complete(Outcome.EIO);
      return true;
    }
    if (corruption != null && !corruption.ofWrites() && corrupts(request)) {
      request.push(this, CORRUPT_READ);
    }
    return false;
  }

  /** What becomes of writes, flushes and discards; false when they go on to the device. */
  private boolean failsOrDrops(Request request) {
    if (params.writes() == FlakeyParams.Writes.DROPPED) {
      request.complete(Outcome.DONE);
      return true;
    }
    if (params.writes() == FlakeyParams.Writes.FAILED || corruption == null) {
      request.complete(Outcome.EIO);
      return true;
    }
    if (corruption.ofWrites() && request.op() == Request.Op.WRITE && corrupts(request)) {
      long at = byteOf(request);
      // The data may be the caller's, who finds it as it was in the end.
      request.push(this, NativeIo.byteAt(at) & 0xff);
      NativeIo.C.memset(at, corruption.value(), 1);
    }
    return false;
  }

  private boolean corrupts(Request request) {
    long flags = request.op() == Request.Op.WRITE ? REQ_OP_WRITE | REQ_SYNC : 0;
    if (request.fua()) {
      flags |= REQ_FUA;
    }
    return (flags & corruption.flags()) == corruption.flags()
        && corruption.position() <= Sectors.toBytes(request.sectors());
  }

  private long byteOf(Request request) {
    return request.address() + corruption.position() - 1;
  }

  @Override
  public boolean done(Request request, long cookie) {
    if (cookie != CORRUPT_READ) {
      NativeIo.C.memset(byteOf(request), (int) cookie, 1);
    } else if (request.outcome().isDone()) {
      NativeIo.C.memset(byteOf(request), corruption.value(), 1);
    }
    return true;
  }

  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.WRITE_ZEROES ? 0 : 1;
  }

  @Override
  public List<DeviceArea> areas() {
    return List.of(new DeviceArea(device, params.start(), params.length()));
  }

  @Override
  public String table() {
    return params.text(ref -> device.tableWord());
  }
}
