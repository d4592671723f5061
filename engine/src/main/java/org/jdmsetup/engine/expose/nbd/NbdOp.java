package org.jdmsetup.engine.expose.nbd;

import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.tables.Sectors;

/** One request of an NBD client on its way through a device. */
final class NbdOp extends IntrusiveQueue.Link<NbdOp> implements Request.Owner {

  private final NbdInFlight inFlight;
  private final BlockDevice device;
  private final Request request = new Request(this);

  /** The client's name for the request. */
  long cookie;

  /** Data of a READ or WRITE; null for the others. */
  IoBuffer buffer;

  /** Whether it is a READ, which a client may want answered in a chunk. */
  boolean reads;

  /** Where a READ begins, and how many bytes are to be sent back. */
  long offset;

  int length;

  Outcome outcome = Outcome.DONE;

  /** How much of the connection's allowance the operation uses while it is under way, in bytes. */
  long cost;

  /** Whether a flush has to follow before the answer: how a trim is made durable. */
  private boolean flushes;

  /**
   * @param inFlight told when the operation is done, if it did not complete at once
   */
  NbdOp(NbdInFlight inFlight, BlockDevice device) {
    this.inFlight = inFlight;
    this.device = device;
  }

  NbdOp prepare(long cookie, IoBuffer buffer, boolean reads, long offset, int length) {
    this.cookie = cookie;
    this.reads = reads;
    this.offset = offset;
    this.buffer = buffer;
    this.length = length;
    this.outcome = Outcome.DONE;
    this.cost = 0;
    this.flushes = false;
    return this;
  }

  /**
   * Submits the operation.
   *
   * @return true when it completed at once; otherwise {@link NbdInFlight} is told later
   */
  boolean start(Request.Op op, long offset, long bytes, boolean fua, boolean mayUnmap) {
    request.start(
        op, Sectors.ofBytes(offset), Sectors.ofBytes(bytes), buffer == null ? 0 : buffer.data());
    request.fua(fua && op != Request.Op.DISCARD).mayUnmap(mayUnmap);
    flushes = fua && op == Request.Op.DISCARD;
    return submit();
  }

  private boolean submit() {
    while (true) {
      request.submitTo(device);
      if (request.detach()) {
        return false;
      }
      outcome = request.outcome();
      if (!outcome.isDone() || !flushes) {
        return true;
      }
      flushes = false;
      request.start(Request.Op.FLUSH, 0, 0, 0);
    }
  }

  @Override
  public void completed(Request done) {
    outcome = done.outcome();
    if (outcome.isDone() && flushes) {
      flushes = false;
      request.start(Request.Op.FLUSH, 0, 0, 0);
      if (!submit()) {
        return;
      }
    }
    inFlight.completed(this);
  }
}
