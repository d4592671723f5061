package org.jdmsetup.engine.expose.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.UnixSocket;
import org.jdmsetup.tables.Errno;

/**
 * The requests of a client: taken apart, checked, given memory, and passed to the device. A client
 * may use {@link #ALLOWANCE} bytes for requests until their answers are sent; when it has used that
 * up, no more are taken. Of the connection's loop alone.
 */
final class NbdRequests {

  /** One request of the largest size, with some to spare. */
  private static final long ALLOWANCE = NbdProtocol.MAX_DATA + (4 << 20);

  /** How many requests are taken before others on the loop have their turn. */
  private static final int MAX_BATCH = 128;

  private final NbdConnection connection;
  private final UnixSocket socket;
  private final NbdInput in;
  private final IoBufferPool buffers;
  private final BlockDevice device;
  private final NbdAllocation allocation;
  private final boolean knowsAllocation;
  private final IntrusiveQueue<LoopTask> free = new IntrusiveQueue<>();

  /** A WRITE whose data is coming, and what of it is not here yet. */
  private NbdOp receiving;

  private long receiveAddress;
  private long receiveLeft;

  /** How many bytes of a refused WRITE's data are left to be left out. */
  private long skipLeft;

  /** What requests use until they are answered, in bytes. */
  private long used;

  /** How many requests there are until they are answered. */
  private int unanswered;

  /** The client has said goodbye, or is gone: no more is taken. */
  private boolean ended;

  /**
   * @param knowsAllocation whether the client may ask what is allocated
   */
  NbdRequests(
      NbdConnection connection,
      UnixSocket socket,
      NbdInput in,
      IoBufferPool buffers,
      boolean knowsAllocation) {
    this.connection = connection;
    this.socket = socket;
    this.in = in;
    this.buffers = buffers;
    this.knowsAllocation = knowsAllocation;
    device = connection.device();
    allocation = new NbdAllocation(device);
  }

  /** Whether no more are taken. */
  boolean haveEnded() {
    return ended;
  }

  /** Whether all that were taken are answered. */
  boolean areAnswered() {
    return unanswered == 0;
  }

  /** Takes no more, and gives up one whose data has not come. */
  void end() {
    ended = true;
    receiveLeft = 0;
    if (receiving != null) {
      NbdOp op = receiving;
      receiving = null;
      answered(op);
    }
  }

  /**
   * Takes and starts requests that have come.
   *
   * @param untilEnd whether to read on although there seems to be no more: the client is gone
   * @return whether there may be more, without anything new coming
   * @throws EOFException when the client sends no more
   * @throws IOException when it sends what is no request, or cannot be read from
   */
  boolean take(boolean untilEnd) throws IOException {
    boolean drained = false;
    for (int taken = 0; !ended; ) {
      if (!finishReceiving()) {
        return untilEnd;
      }
      if (in.has(NbdProtocol.REQUEST_HEADER)) {
        if (taken == MAX_BATCH || !mayTakeMore()) {
          return true;
        }
        request();
        taken++;
      } else {
        if (drained || in.fill() == 0) {
          return untilEnd;
        }
        drained = in.isDrained() && !untilEnd;
      }
    }
    return false;
  }

  /** Takes the data that belongs to the last request; false if it is not all here yet. */
  private boolean finishReceiving() throws IOException {
    while (skipLeft > 0) {
      skipLeft -= in.skipHere(skipLeft);
      if (skipLeft > 0 && in.fill() == 0) {
        return false;
      }
    }
    while (receiveLeft > 0) {
      int here = (int) Math.min(receiveLeft, in.bytes().remaining());
      if (here > 0) {
        NativeIo.C.memcpy(receiveAddress, in.address(), here);
        in.skipHere(here);
      } else {
        here = socket.read(receiveAddress, (int) receiveLeft);
        if (here < 0) {
          throw new EOFException("the client went away in the middle of a request");
        }
        if (here == 0) {
          return false;
        }
      }
      receiveAddress += here;
      receiveLeft -= here;
    }
    if (receiving != null) {
      NbdOp op = receiving;
      receiving = null;
      op.submit();
    }
    return true;
  }

  /** Whether the next request may be taken: one always may, others if the allowance has room. */
  boolean mayTakeMore() {
    if (!in.has(NbdProtocol.REQUEST_HEADER)) {
      return true;
    }
    ByteBuffer b = in.bytes();
    int type = b.getShort(b.position() + 6) & 0xffff;
    long length = b.getInt(b.position() + 24) & 0xffffffffL;
    boolean data = type == NbdProtocol.CMD_READ || type == NbdProtocol.CMD_WRITE;
    long more = cost(data ? Math.min(length, NbdProtocol.MAX_DATA) : 0);
    return unanswered == 0 || used + more <= ALLOWANCE;
  }

  private static long cost(long length) {
    return IoBuffer.HEADROOM + length;
  }

  /** Takes and starts one request. */
  private void request() throws ProtocolException {
    ByteBuffer b = in.bytes();
    int magic = b.getInt();
    int flags = b.getShort() & 0xffff;
    int type = b.getShort() & 0xffff;
    long cookie = b.getLong();
    long offset = b.getLong();
    long length = b.getInt() & 0xffffffffL;
    if (magic != NbdProtocol.REQUEST_MAGIC) {
      throw new ProtocolException(
          String.format("request magic %#x, expected %#x", magic, NbdProtocol.REQUEST_MAGIC));
    }
    if (type == NbdProtocol.CMD_DISC) {
      end();
      return;
    }
    NbdOp op = takeOp().begin(type, flags, cookie, offset, length);
    Errno refusal = NbdRequestCheck.refusal(device, knowsAllocation, op);
    if (refusal == null && !takeBuffer(op)) {
      refusal = Errno.ENOMEM;
    }
    op.cost = cost(op.hasData() && op.buffer != null ? length : 0);
    used += op.cost;
    unanswered++;
    if (refusal != null) {
      skipLeft = type == NbdProtocol.CMD_WRITE ? length : 0;
      op.outcome = Outcome.failed(refusal);
      connection.completed(op);
    } else if (type == NbdProtocol.CMD_WRITE) {
      receiving = op;
      receiveAddress = op.buffer.data();
      receiveLeft = length;
    } else if (type == NbdProtocol.CMD_BLOCK_STATUS) {
      allocation.answer(op);
    } else {
      op.submit();
    }
  }

  private NbdOp takeOp() {
    NbdOp op = (NbdOp) free.poll();
    return op == null ? new NbdOp(connection) : op;
  }

  /** Gives an operation the memory that it needs; false if there is none. */
  private boolean takeBuffer(NbdOp op) {
    try {
      if (op.hasData()) {
        op.buffer = buffers.take((int) op.length);
      } else if (op.type == NbdProtocol.CMD_BLOCK_STATUS) {
        op.buffer = buffers.take(NbdAllocation.MAX_ANSWER);
      }
      return true;
    } catch (OutOfMemoryError e) {
      Faults.log("an NBD request", e);
      return false;
    }
  }

  /** An operation's answer is on its way, or nobody wants it: what it used is free again. */
  void answered(NbdOp op) {
    if (op.buffer != null) {
      buffers.release(op.buffer);
      op.buffer = null;
    }
    used -= op.cost;
    unanswered--;
    free.addFirst(op);
  }
}
