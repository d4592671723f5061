package org.jdmsetup.engine.expose.nbd;

import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.tables.Sectors;

/**
 * One request of an NBD client: while it is received, on its way through a device, and until its
 * answer is sent.
 */
final class NbdOp extends LoopTask implements Request.CompletionListener {

  private final NbdConnection connection;
  private final Request request = new Request(this);

  /** The command, {@code NbdProtocol.CMD_READ} and others. */
  int type;

  /** The command's flags. */
  int flags;

  /** The client's name for the request. */
  long cookie;

  /** The range, in bytes; for a READ also what is sent back. */
  long offset;

  long length;

  /** Data of a READ or WRITE, the whole answer of a BLOCK_STATUS; null for the others. */
  IoBuffer buffer;

  /** How many bytes of a BLOCK_STATUS's answer there are. */
  int answerLength;

  Outcome outcome = Outcome.DONE;

  /** How much of the connection's allowance the operation uses, in bytes. */
  long cost;

  /** Whether a flush has to follow before the answer: how a trim is made durable. */
  private boolean flushes;

  NbdOp(NbdConnection connection) {
    this.connection = connection;
  }

  /** Makes it an operation for a request that has come. */
  NbdOp begin(int type, int flags, long cookie, long offset, long length) {
    this.type = type;
    this.flags = flags;
    this.cookie = cookie;
    this.offset = offset;
    this.length = length;
    this.buffer = null;
    this.outcome = Outcome.DONE;
    this.cost = 0;
    this.flushes = false;
    return this;
  }

  /** Whether data goes from or to the client. */
  boolean hasData() {
    return type == NbdProtocol.CMD_READ || type == NbdProtocol.CMD_WRITE;
  }

  /** Whether it is a READ, which a client may want answered in a chunk. */
  boolean reads() {
    return type == NbdProtocol.CMD_READ;
  }

  /** Submits the operation to the device; the connection is told of its end, at once or later. */
  void submit() {
    boolean fua = (flags & NbdProtocol.CMD_FLAG_FUA) != 0;
    long sector = Sectors.fromBytes(offset);
    long sectors = Sectors.fromBytes(length);
    long address = buffer == null ? 0 : buffer.data();
    switch (type) {
      case NbdProtocol.CMD_READ -> request.start(Request.Op.READ, sector, sectors, address);
      case NbdProtocol.CMD_WRITE ->
          request.start(Request.Op.WRITE, sector, sectors, address).fua(fua);
      case NbdProtocol.CMD_FLUSH -> request.start(Request.Op.FLUSH, 0, 0, 0);
      case NbdProtocol.CMD_TRIM -> {
        request.start(Request.Op.DISCARD, sector, sectors, 0);
        flushes = fua;
      }
      default ->
          request
              .start(Request.Op.WRITE_ZEROES, sector, sectors, 0)
              .fua(fua)
              .mayUnmap((flags & NbdProtocol.CMD_FLAG_NO_HOLE) == 0);
    }
    pass();
  }

  /** Submits the request, and the flush that may follow. */
  private void pass() {
    request.submitTo(connection.device());
    if (!request.detach()) {
      completed(request);
    }
  }

  @Override
  public void completed(Request done) {
    outcome = done.outcome();
    if (outcome.isDone() && flushes) {
      flushes = false;
      request.start(Request.Op.FLUSH, 0, 0, 0);
      pass();
    } else {
      tell();
    }
  }

  /** Has the connection told, on its loop's thread. */
  void tell() {
    if (EventLoop.current() == connection.loop()) {
      run();
    } else {
      connection.loop().execute(this);
    }
  }

  @Override
  protected void run() {
    connection.completed(this);
  }
}
