package org.jdmsetup.engine.targets.snapshot;

import java.util.List;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.SnapshotOriginParams;

/**
 * A device that has snapshots, as it is to be used: a write to it waits until each of its snapshots
 * has a copy of what is overwritten. As in the kernel, a rule's sectors are the device's own of the
 * same numbers, but only the device's first sectors, as many as the rule has, are checked to exist.
 */
public final class SnapshotOriginTarget implements Target {
  private final SnapshotOriginParams params;
  private final Origins origins;
  private final Origin origin;
  private final long start;
  private final Sectors length;

  public SnapshotOriginTarget(TargetContext context, SnapshotOriginParams params)
      throws TargetException {
    this.params = params;
    start = context.start().count();
    length = context.length();
    origins = context.shared(Origins.class, Origins::new);
    origin = origins.take(context.open(params.device(), "Cannot get target device"));
  }

  @Override
  public void submit(Request request, int copy) {
    if (request.op() == Request.Op.FLUSH) {
      origin.device().submit(request);
      return;
    }
    request.sector(start + request.sector());
    if (request.op() == Request.Op.WRITE) {
      origin.write(request);
    } else {
      origin.device().submit(request);
    }
  }

  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.FLUSH ? 1 : 0;
  }

  @Override
  public boolean flushesDevicesOnly() {
    return true;
  }

  @Override
  public List<DeviceArea> areas() {
    return List.of(new DeviceArea(origin.device(), Sectors.ZERO, length));
  }

  @Override
  public String table() {
    return params.text(device -> origin.device().tableWord());
  }

  @Override
  public void close() {
    origins.release(origin);
  }
}
