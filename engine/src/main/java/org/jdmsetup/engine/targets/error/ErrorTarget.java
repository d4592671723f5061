package org.jdmsetup.engine.targets.error;

import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.tables.parameters.ErrorParams;

/** Every request fails with an I/O error; a flush has nothing to do. */
public final class ErrorTarget implements Target {

  public ErrorTarget(TargetContext context, ErrorParams params) {}

  @Override
  public void submit(Request request, int copy) {
    request.complete(Outcome.EIO);
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
