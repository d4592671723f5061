package org.jdmsetup.engine.targets.linear;

import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.parameters.LinearParams;

/** A run of sectors of one device. */
public final class LinearTarget implements Target {
  private final LinearParams params;
  private final Backing device;
  private final long start;

  public LinearTarget(TargetContext context, LinearParams params) throws TargetException {
    this.params = params;
    device = context.open(params.device(), "Device lookup failed");
    start = params.start().count();
  }

  @Override
  public void submit(Request request, int copy) {
    request.sector(start + request.sector());
    device.submit(request);
  }

  @Override
  public long extent(long sector, long sectors) {
    return device.extent(start + sector, sectors);
  }

  @Override
  public int copies(Request.Op op) {
    return 1;
  }

  @Override
  public boolean flushesDevicesOnly() {
    return true;
  }

  @Override
  public List<DeviceArea> areas() {
    return List.of(new DeviceArea(device, params.start(), params.length()));
  }

  @Override
  public String measurement() {
    return ",device_name=" + device.tableWord() + ",start=" + params.start() + ';';
  }

  @Override
  public String table() {
    return params.text(ref -> device.tableWord());
  }
}
