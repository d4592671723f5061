package org.jdmsetup.engine.targets.zero;

import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.ZeroParams;

/** Reads as zeroes and forgets what is written. */
public final class ZeroTarget implements Target {

  public ZeroTarget(TargetContext context, ZeroParams params) {}

  @Override
  public void submit(Request request, int copy) {
    switch (request.op()) {
      case READ -> {
        NativeIo.C.memset(request.address(), 0, Sectors.toBytes(request.sectors()));
        request.complete(Outcome.DONE);
      }
      case WRITE, DISCARD -> request.complete(Outcome.DONE);
      default -> request.complete(Outcome.EIO);
    }
  }

  @Override
  public long extent(long sector, long sectors) {
    return sectors;
  }

  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.DISCARD ? 1 : 0;
  }

  @Override
  public boolean flushesDevicesOnly() {
    return true;
  }
}
