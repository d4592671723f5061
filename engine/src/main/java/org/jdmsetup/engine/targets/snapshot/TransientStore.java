package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.block.BlockDevice;

/** Chunks handed out one after another; nothing is kept beyond the target. */
final class TransientStore implements ExceptionStore {
  private final BlockDevice cowDevice;
  private final long chunk;
  private volatile long nextFree;

  /**
   * @param chunk sectors
   */
  TransientStore(BlockDevice cowDevice, long chunk) {
    this.cowDevice = cowDevice;
    this.chunk = chunk;
  }

  @Override
  public boolean read(ExceptionTable into) {
    return true;
  }

  @Override
  public long chunk() {
    return chunk;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public long prepare() {
    long sector = nextFree;
    if (cowDevice.sizeSectors() < sector + chunk) {
      return -1;
    }
    nextFree = sector + chunk;
    return sector / chunk;
  }

  @Override
  public void commit(PendingException exception, boolean copied, Committed committed) {
    committed.committed(exception, copied);
  }

  @Override
  public void markInvalid() {}

  @Override
  public long allocated() {
    return nextFree;
  }

  @Override
  public long metadata() {
    return 0;
  }

  @Override
  public Run prepareMerge() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void commitMerge(int count) {
    throw new UnsupportedOperationException();
  }
}
