package org.jdmsetup.engine.expose.nbd;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RetryingThreadPool;
import org.jdmsetup.engine.expose.Exports;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Its thread reads requests and submits them; what completes at once is answered from
 * there, many at a time. What a device keeps is answered by a second thread, started when first
 * needed, so that neither the reading of further requests nor the device's thread ever waits for
 * it.
 *
 * <p>Memory: the two stream buffers, and for requests under way {@link NbdInFlight#ALLOWANCE}
 * bytes; a client that has used that up is read no further until something completes and is sent.
 */
final class NbdConnection implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);

  private static final int STREAM_BUFFER = 64 << 10;

  /** Each connection's second thread, once it needs one. */
  private static final RetryingThreadPool ANSWERS = new RetryingThreadPool("nbd-answers");

  private final ByteChannel channel;
  private final Exports exports;
  private final IoBufferPool buffers;
  private final String name;

  private BlockDevice device;
  private NbdReplies replies;
  private NbdInFlight inFlight;
  private boolean allocation;
  private NbdInput in;

  /** For the next request; null when it went its own way. Of this thread alone. */
  private NbdOp current;

  private final RetryingThreadPool.Task answers =
      new RetryingThreadPool.Task() {
        @Override
        public void run() {
          answer();
        }
      };

  NbdConnection(ByteChannel channel, Exports exports, IoBufferPool buffers, String name) {
    this.channel = channel;
    this.exports = exports;
    this.buffers = buffers;
    this.name = name;
  }

  /** Serves the client until it goes. */
  @Override
  public void run() {
    IoBuffer input = null;
    IoBuffer output = null;
    try (channel) {
      input = buffers.take(STREAM_BUFFER);
      output = buffers.take(STREAM_BUFFER);
      in = new NbdInput(channel, stream(input));
      NbdHandshake handshake = new NbdHandshake(in, channel, exports);
      Exports.Export export = handshake.run();
      if (export != null) {
        try (export) {
          device = export.device();
          allocation = handshake.allocation();
          replies = new NbdReplies(channel, stream(output), handshake.structured());
          inFlight = new NbdInFlight(device);
          transmit();
        }
      }
    } catch (ProtocolException e) {
      LOG.warn("{}: closed: {}", name, e.getMessage());
    } catch (IOException e) {
      LOG.debug("{}: gone", name, e);
    } catch (Throwable thrown) {
      Faults.tell("the NBD connection " + name + ", which is closed,", thrown);
    } finally {
      if (input != null) {
        buffers.release(input);
      }
      if (output != null) {
        buffers.release(output);
      }
    }
  }

  private static ByteBuffer stream(IoBuffer buffer) {
    return buffer.bytes().slice(IoBuffer.HEADROOM, STREAM_BUFFER).order(ByteOrder.BIG_ENDIAN);
  }

  private void transmit() throws IOException {
    boolean polite = false;
    try {
      do {
        current = current == null ? inFlight.takeOp() : current;
      } while (request());
      polite = true;
    } finally {
      if (!polite) {
        channel.close();
      }
      inFlight.end();
    }
  }

  /** Reads and starts one request; false when the client says goodbye. */
  private boolean request() throws IOException {
    if (!in.has(NbdProtocol.REQUEST_HEADER)) {
      replies.flush();
    }
    ByteBuffer b = in.need(NbdProtocol.REQUEST_HEADER);
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
      replies.flush();
      return false;
    }
    int refusal = check(type, flags, offset, length);
    boolean data = type == NbdProtocol.CMD_READ || type == NbdProtocol.CMD_WRITE;
    IoBuffer buffer = null;
    if (refusal == 0) {
      awaitAllowance(data ? length : 0);
      buffer = data ? take((int) length) : null;
      refusal = data && buffer == null ? Errno.ENOMEM.number() : 0;
    }
    if (refusal != 0) {
      if (type == NbdProtocol.CMD_WRITE) {
        in.skip(length);
      }
      current.prepare(cookie, null, type == NbdProtocol.CMD_READ, offset, 0);
      current.outcome = Outcome.of(refusal);
      replies.add(current);
      return true;
    }
    if (type == NbdProtocol.CMD_BLOCK_STATUS) {
      int most = (flags & NbdProtocol.CMD_FLAG_REQ_ONE) != 0 ? 1 : NbdReplies.MAX_EXTENTS;
      replies.addExtents(cookie, device, offset, length, most);
      return true;
    }
    if (type == NbdProtocol.CMD_WRITE) {
      receive(buffer, (int) length);
    }
    start(type, flags, cookie, offset, length, buffer);
    return true;
  }

  private IoBuffer take(int length) {
    try {
      return buffers.take(length);
    } catch (OutOfMemoryError e) {
      Faults.tell("an NBD request", e);
      return null;
    }
  }

  private void start(int type, int flags, long cookie, long offset, long length, IoBuffer buffer)
      throws IOException {
    boolean fua = (flags & NbdProtocol.CMD_FLAG_FUA) != 0;
    boolean mayUnmap = (flags & NbdProtocol.CMD_FLAG_NO_HOLE) == 0;
    long more = cost(buffer == null ? 0 : length);
    boolean reads = type == NbdProtocol.CMD_READ;
    NbdOp op = current.prepare(cookie, buffer, reads, offset, reads ? (int) length : 0);
    op.cost = more;
    boolean done =
        switch (type) {
          case NbdProtocol.CMD_READ -> op.start(Request.Op.READ, offset, length, false, false);
          case NbdProtocol.CMD_WRITE -> op.start(Request.Op.WRITE, offset, length, fua, false);
          case NbdProtocol.CMD_FLUSH -> op.start(Request.Op.FLUSH, 0, 0, false, false);
          case NbdProtocol.CMD_TRIM -> op.start(Request.Op.DISCARD, offset, length, fua, false);
          default -> op.start(Request.Op.WRITE_ZEROES, offset, length, fua, mayUnmap);
        };
    if (!done) {
      // from here on the operation is in other hands
      current = null;
      if (inFlight.add(more)) {
        ANSWERS.execute(answers);
      }
      return;
    }
    try {
      replies.add(op);
    } finally {
      release(op);
    }
  }

  /** The error number for a request that must not reach the device, or 0. */
  private int check(int type, int flags, long offset, long length) {
    boolean writes = type == NbdProtocol.CMD_WRITE || type == NbdProtocol.CMD_WRITE_ZEROES;
    boolean trims = type == NbdProtocol.CMD_TRIM;
    boolean asks = type == NbdProtocol.CMD_BLOCK_STATUS && allocation;
    int known = asks ? NbdProtocol.CMD_FLAG_REQ_ONE : NbdProtocol.CMD_FLAG_FUA;
    if (type == NbdProtocol.CMD_WRITE_ZEROES) {
      known |= NbdProtocol.CMD_FLAG_NO_HOLE;
    }
    if ((flags & ~known) != 0) {
      return Errno.EINVAL.number();
    }
    if (type == NbdProtocol.CMD_FLUSH) {
      return 0;
    }
    if (!writes && !trims && !asks && type != NbdProtocol.CMD_READ) {
      return Errno.EINVAL.number();
    }
    if ((writes || trims) && device.readOnly()) {
      return Errno.EPERM.number();
    }
    if (trims && !device.supportsDiscard()) {
      return Errno.EOPNOTSUPP.number();
    }
    boolean data = type == NbdProtocol.CMD_READ || type == NbdProtocol.CMD_WRITE;
    int mask = device.logicalBlockSize() - 1;
    if (length == 0 || (offset & mask) != 0 || (length & mask) != 0) {
      return Errno.EINVAL.number();
    }
    if (data && length > NbdProtocol.MAX_DATA) {
      return type == NbdProtocol.CMD_READ ? Errno.EOVERFLOW.number() : Errno.EINVAL.number();
    }
    long end = Sectors.toBytes(device.sizeSectors());
    if (offset < 0 || offset > end || length > end - offset) {
      return writes ? Errno.ENOSPC.number() : Errno.EINVAL.number();
    }
    return 0;
  }

  private void receive(IoBuffer data, int length) throws IOException {
    boolean whole = false;
    try {
      if (!in.has(length)) {
        replies.flush();
      }
      ByteBuffer target = data.bytes();
      in.read(target.limit(IoBuffer.HEADROOM + length).position(IoBuffer.HEADROOM));
      target.clear();
      whole = true;
    } finally {
      if (!whole) {
        buffers.release(data);
      }
    }
  }

  private static long cost(long length) {
    return IoBuffer.HEADROOM + length;
  }

  /** Waits until the allowance has room for one more request. */
  private void awaitAllowance(long length) throws IOException {
    if (!inFlight.hasRoom(cost(length))) {
      replies.flush();
      inFlight.awaitRoom(cost(length));
    }
  }

  /** The second thread: sends the answers of operations that completed later. */
  private void answer() {
    boolean broken = false;
    for (NbdOp op = inFlight.nextDone(); op != null; op = inFlight.nextDone()) {
      try {
        if (!broken) {
          replies.add(op);
          if (inFlight.noneDone()) {
            replies.flush();
          }
        }
      } catch (IOException e) {
        LOG.debug("{}: gone", name, e);
        broken = true;
        hangUp();
      } catch (Throwable thrown) {
        Faults.tell("answering an NBD client, who is left,", thrown);
        broken = true; // half an answer may be sent
        hangUp();
      }
      release(op);
      inFlight.answered(op);
    }
  }

  private void release(NbdOp op) {
    if (op.buffer != null) {
      op.buffer.bytes().clear();
      buffers.release(op.buffer);
      op.buffer = null;
    }
  }

  /** Closes the channel, which ends the thread that reads from it. */
  void hangUp() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("{}: closing", name, e);
    }
  }
}
