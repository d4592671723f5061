package org.jdmsetup.engine.block;

import java.util.function.BooleanSupplier;

/**
 * Requests to one device, each waited for: for metadata, where a target has nothing else to do
 * meanwhile (its constructor, hooks and work queue), never on the path of a request. For one thread
 * at a time.
 *
 * <p>All operations answer 0 or a positive error number.
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
  public int read(long sector, long sectors, long address) {
    return run(request.start(Request.Op.READ, sector, sectors, address));
  }

  /**
   * @param address native address of {@code sectors * 512} bytes
   * @param fua whether the data shall be durable on return
   */
  public int write(long sector, long sectors, long address, boolean fua) {
    return run(request.start(Request.Op.WRITE, sector, sectors, address).fua(fua));
  }

  /** Makes what was written durable. */
  public int flush() {
    return run(request.start(Request.Op.FLUSH, 0, 0, 0));
  }

  /** {@link Request.Op#DISCARD}. */
  public int discard(long sector, long sectors) {
    return run(request.start(Request.Op.DISCARD, sector, sectors, 0));
  }

  /** {@link Request.Op#WRITE_ZEROES}. */
  public int writeZeroes(long sector, long sectors) {
    return run(request.start(Request.Op.WRITE_ZEROES, sector, sectors, 0));
  }

  private int run(Request started) {
    done = false;
    started.submitTo(device);
    if (started.detach()) {
      await();
    }
    return started.errno();
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
