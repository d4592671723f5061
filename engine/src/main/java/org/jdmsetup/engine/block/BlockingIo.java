package org.jdmsetup.engine.block;

import java.util.function.BooleanSupplier;

/**
 * Requests to one device, each waited for: for metadata, where a target has nothing else to do
 * meanwhile (its constructor, hooks and work queue), never on the path of a request. For one thread
 * at a time.
 */
public final class BlockingIo {
  private final BlockDevice device;
  private final Object monitor = new Object();
  private final Request request = new Request(this::completed);
  private boolean done;
  private final BooleanSupplier isDone = () -> done;

  public BlockingIo(BlockDevice device) {
    this.device = device;
  }

  /**
   * @param address native address of {@code sectors * 512} bytes
   */
  public Outcome read(long sector, long sectors, long address) {
    return run(request.start(Request.Op.READ, sector, sectors, address));
  }

  /**
   * @param address native address of {@code sectors * 512} bytes
   * @param fua whether the data shall be durable on return
   */
  public Outcome write(long sector, long sectors, long address, boolean fua) {
    return run(request.start(Request.Op.WRITE, sector, sectors, address).fua(fua));
  }

  /** Makes what was written durable. */
  public Outcome flush() {
    return run(request.start(Request.Op.FLUSH, 0, 0, 0));
  }

  /** {@link Request.Op#DISCARD}. */
  public Outcome discard(long sector, long sectors) {
    return run(request.start(Request.Op.DISCARD, sector, sectors, 0));
  }

  /** {@link Request.Op#WRITE_ZEROES}. */
  public Outcome writeZeroes(long sector, long sectors) {
    return run(request.start(Request.Op.WRITE_ZEROES, sector, sectors, 0));
  }

  private Outcome run(Request started) {
    done = false;
    started.submitTo(device);
    if (started.detach()) {
      await();
    }
    return started.outcome();
  }

  private void completed(Request completed) {
    synchronized (monitor) {
      done = true;
      monitor.notifyAll();
    }
  }

  private void await() {
    synchronized (monitor) {
      Uninterruptibly.await(monitor, isDone); // the memory is the device's until then
    }
  }
}
