package org.jdmsetup.engine.targets.unstriped;

import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.UnstripedParams;

/** The chunks of one stripe of a device, without those of the other stripes between them. */
public final class UnstripedTarget implements Target {
  private final UnstripedParams params;
  private final Backing device;
  private final long chunk;
  private final long first;
  private final long others;

  public UnstripedTarget(TargetContext context, UnstripedParams params) throws TargetException {
    this.params = params;
    device = context.openOrInvalid(params.device(), "Couldn't get striped device");
    chunk = params.chunk().count();
    first = params.start().count() + params.stripe() * chunk;
    others = (params.count() - 1) * chunk;
  }

  @Override
  public void submit(Request request, int copy) {
    long row = request.sector() / chunk;
    request.sector(first + row * others + request.sector());
    device.submit(request);
  }

  @Override
  public Sectors maxIoLength() {
    return params.chunk();
  }

  /** A flush reaches the device, unlike a kernel's: what was flushed is safe. */
  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.FLUSH ? 1 : 0;
  }

  @Override
  public boolean flushesDevicesOnly() {
    return true;
  }

  /** As many sectors as the rule has, though its last chunk lies further on. */
  @Override
  public List<DeviceArea> areas() {
    return List.of(new DeviceArea(device, params.start(), params.length()));
  }

  @Override
  public void ioHints(Limits limits) {
    limits.chunkSectors(chunk);
  }

  @Override
  public String table() {
    return params.text(ref -> device.tableWord());
  }
}
