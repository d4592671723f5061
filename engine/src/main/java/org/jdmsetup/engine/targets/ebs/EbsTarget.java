package org.jdmsetup.engine.targets.ebs;

import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.EbsParams;

/**
 * A device that seems to have smaller blocks (emulated) than it has (underlying). Requests of whole
 * underlying blocks go straight to the device. All others are served one after another: the blocks
 * at their ends are read, changed and written, and a write is durable when it completes.
 *
 * <p>If both blocks have the same size, all requests are served one after another, as by a kernel.
 */
public final class EbsTarget implements Target {
  /** Of an underlying block, in sectors. */
  private static final long LARGEST = 1 << 17;

  private final EbsParams params;
  private final Backing device;
  private final long start;
  private final long block;
  private final boolean alwaysSerialized;
  private final WorkQueue queue = new WorkQueue();
  private final BlockingIo io;
  private final AlignedBuffer bounce;
  private final WorkQueue.Job serveAll = queue.job(this::serveAll);
  private final RequestList waiting = new RequestList(); // guarded by itself

  // the work queue's
  private final RequestList batch = new RequestList();
  private final RequestList served = new RequestList();

  public EbsTarget(TargetContext context, EbsParams params) throws TargetException {
    this.params = params;
    device = context.open(params.device(), "Device lookup failed");
    Sectors underlying =
        params.underlying().isZero()
            ? Sectors.ofBytes(device.logicalBlockSize())
            : params.underlying();
    block = underlying.count();
    if (!params.start().isMultipleOf(underlying)) {
      throw new TargetException(
          Errno.EINVAL,
          "Device offset must be multiple of underlying block size",
          params.start()
              + ", expected a multiple of "
              + block
              + ", the blocks of "
              + device.description());
    }
    if (block > LARGEST) {
      throw new TargetException(
          Errno.ENOMEM,
          "Cannot create dm bufio client",
          "blocks of " + block + " sectors, expected at most " + LARGEST);
    }
    alwaysSerialized = params.emulated().equals(underlying);
    start = params.start().count();
    io = new BlockingIo(device);
    bounce = new AlignedBuffer((int) Sectors.toBytes(block));
  }

  @Override
  public void submit(Request request, int copy) {
    if (request.op() == Request.Op.FLUSH) {
      device.submit(request);
      return;
    }
    request.sector(start + request.sector());
    if (alwaysSerialized
        || !isBlockStart(request.sector())
        || !isBlockStart(request.sector() + request.sectors())) {
      serveInTurn(request);
    } else {
      device.submit(request);
    }
  }

  /** Whether a block begins with a sector. */
  private boolean isBlockStart(long sector) {
    return (sector & block - 1) == 0;
  }

  private void serveInTurn(Request request) {
    synchronized (waiting) {
      waiting.add(request);
    }
    serveAll.enqueue();
  }

  /** Serves what waits, in order; one flush makes all its writes durable. */
  private void serveAll() {
    synchronized (waiting) {
      batch.addAll(waiting);
    }
    boolean written = false;
    Request request;
    while ((request = batch.poll()) != null) {
      request.outcome(serve(request));
      written |= request.op() == Request.Op.WRITE;
      served.add(request);
    }
    Outcome flushed = written ? flush() : Outcome.DONE;
    while ((request = served.poll()) != null) {
      boolean lost = !flushed.isDone() && request.op() == Request.Op.WRITE;
      request.complete(lost ? Outcome.EIO : request.outcome());
    }
  }

  private Outcome serve(Request request) {
    try {
      return request.op() == Request.Op.DISCARD ? discardWhole(request) : transfer(request);
    } catch (Throwable thrown) {
      Faults.log("serving part of a block", thrown);
      return Outcome.EIO;
    }
  }

  private Outcome flush() {
    try {
      return io.flush();
    } catch (Throwable thrown) {
      Faults.log("flushing blocks", thrown);
      return Outcome.EIO;
    }
  }

  private Outcome transfer(Request request) {
    boolean write = request.op() == Request.Op.WRITE;
    long sector = request.sector();
    long end = sector + request.sectors();
    long address = request.address();
    Outcome outcome = Outcome.DONE;
    while (sector < end && outcome.isDone()) {
      long begin = sector & -block;
      long sectors;
      if (sector == begin && end - sector >= block) {
        sectors = end - sector & -block;
        outcome =
            write ? io.write(sector, sectors, address, false) : io.read(sector, sectors, address);
      } else {
        sectors = Math.min(begin + block, end) - sector;
        outcome = partOfBlock(write, begin, sector - begin, sectors, address);
      }
      sector += sectors;
      address += Sectors.toBytes(sectors);
    }
    return outcome;
  }

  /** Reads some sectors of a block, or changes them and writes it back. */
  private Outcome partOfBlock(boolean write, long begin, long offset, long sectors, long address) {
    Outcome outcome = io.read(begin, block, bounce.address());
    if (!outcome.isDone()) {
      return outcome;
    }
    long there = bounce.address() + Sectors.toBytes(offset);
    if (!write) {
      NativeIo.C.memcpy(address, there, Sectors.toBytes(sectors));
      return Outcome.DONE;
    }
    NativeIo.C.memcpy(there, address, Sectors.toBytes(sectors));
    return io.write(begin, block, bounce.address(), false);
  }

  /** Discards the blocks that lie in the range as a whole. */
  private Outcome discardWhole(Request request) {
    long from = request.sector() + block - 1 & -block;
    long to = request.sector() + request.sectors() & -block;
    return from < to ? io.discard(from, to - from) : Outcome.DONE;
  }

  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.FLUSH || op == Request.Op.DISCARD ? 1 : 0;
  }

  @Override
  public void ioHints(Limits limits) {
    int emulated = (int) params.emulated().bytes();
    int underlying = (int) Sectors.toBytes(block);
    limits.logicalBlockSize(emulated);
    limits.physicalBlockSize(underlying);
    limits.alignmentOffsetBytes(underlying);
    limits.ioMinBytes(Math.max(emulated, underlying));
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
