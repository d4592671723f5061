package org.jdmsetup.engine.targets;

import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Request;

/** One target as a device of its own, without a table around it; for tests. */
public final class TargetDevice implements BlockDevice {
  private final Target target;
  private final long sectors;

  public TargetDevice(Target target, long sectors) {
    this.target = target;
    this.sectors = sectors;
  }

  @Override
  public long sizeSectors() {
    return sectors;
  }

  @Override
  public int logicalBlockSize() {
    return 512;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean supportsDiscard() {
    return true;
  }

  @Override
  public boolean supportsWriteZeroes() {
    return true;
  }

  @Override
  public void submit(Request request) {
    target.submit(request, 0);
  }
}
