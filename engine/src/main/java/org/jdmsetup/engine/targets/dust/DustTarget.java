package org.jdmsetup.engine.targets.dust;

import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DustParams;
import org.jdmsetup.tables.text.Words;

/**
 * A device whose blocks, counted from the device's own first sector, can be declared bad by
 * messages: reading one fails, writing repairs it. A request is judged by the block in which it
 * begins, as a kernel does; a flush begins at the mapped device's first sector.
 */
public final class DustTarget implements Target {
  private final TargetContext context;
  private final DustParams params;
  private final Backing device;
  private final long start;
  private final long flushSector;
  private final int blockShift;
  private final DustState state;

  public DustTarget(TargetContext context, DustParams params) throws TargetException {
    this.context = context;
    this.params = params;
    device = context.openOrInvalid(params.device(), "Device lookup failed");
    start = params.start().count();
    flushSector = start - context.start().count();
    blockShift = Long.numberOfTrailingZeros(Sectors.fromBytes(params.blockBytes()));
    state = new DustState(device, blockShift);
    if (context.isRestored()) {
      state.set(context.restoredState());
    }
  }

  @Override
  public void submit(Request request, int copy) {
    boolean flush = request.op() == Request.Op.FLUSH;
    long sector = flush ? flushSector : start + request.sector();
    if (state.fails(request.op(), sector >>> blockShift)) {
      request.complete(Outcome.EIO);
      return;
    }
    if (!flush) {
      request.sector(sector);
    }
    device.submit(request);
  }

  @Override
  public Sectors maxIoLength() {
    return Sectors.ofBytes(params.blockBytes());
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
  public String message(List<String> words) throws TargetException {
    String before;
    String answer;
    boolean changed;
    synchronized (state) {
      before = state.savedState();
      answer = state.handle(words);
      changed = !before.equals(state.savedState());
    }
    // not under the lock, which the journal wants
    if (changed && !context.saveState()) {
      state.set(before);
      throw TargetException.stateNotSaved();
    }
    return answer;
  }

  @Override
  public String info() {
    return Words.escape(device.tableWord()) + ' ' + state.mode();
  }

  /** The mode and the list, as they are. */
  @Override
  public String savedState() {
    return state.savedState();
  }

  @Override
  public String table() {
    return params.text(ref -> device.tableWord());
  }
}
