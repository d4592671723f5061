package org.jdmsetup.engine.expose.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.expose.Exports;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.UnixSocket;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. It finds its export on a thread that may wait ({@link #negotiate}); then an event
 * loop takes all requests that have come, submits them, and sends what answers there are, in the
 * order in which devices complete them. Nothing here waits for a device or for the client.
 *
 * <p>Memory: the two stream buffers, and {@link #ALLOWANCE} bytes for requests until their answers
 * are sent; a client that has used that up is read no further.
 */
final class NbdConnection {

  private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);

  /** One request of the largest size, with some to spare. */
  private static final long ALLOWANCE = NbdProtocol.MAX_DATA + (4 << 20);

  static final int STREAM_BUFFER = 64 << 10;

  /** How many requests are taken before others on the loop have their turn. */
  private static final int MAX_BATCH = 128;

  private final UnixSocket socket;
  private final EventLoop loop;
  private final Exports exports;
  private final IoBufferPool buffers;
  private final String name;
  private final Runnable onEnd;

  private IoBuffer inputMemory;
  private IoBuffer outputMemory;
  private Exports.Export export;
  private BlockDevice device;
  private boolean knowsAllocation;

  // below: of the loop's thread, once it serves the connection

  private NbdInput in;
  private NbdReplies replies;
  private NbdAllocation allocation;
  private EventLoop.Watch watch;
  private int watchedFor;
  private final IntrusiveQueue<LoopTask> free = new IntrusiveQueue<>();

  /** A WRITE whose data is coming, and what of it is not here yet. */
  private NbdOp receiving;

  private long receiveAddress;
  private long receiveLeft;

  /** How many bytes of a refused WRITE's data are left to be left out. */
  private long skipLeft;

  /** What requests use until they are answered, in bytes. */
  private long used;

  /** How many requests the device or an answer's sending has. */
  private int unanswered;

  /** The client has said goodbye, or is gone: no more is read. */
  private boolean inputEnded;

  /** Nothing can be sent any more. */
  private boolean broken;

  /** Requests may be here that are not taken, although nothing more has come. */
  private boolean moreInput;

  /** {@link #serve} is at work, and sends what completes meanwhile. */
  private boolean serving;

  private boolean turnIsDue;
  private boolean ended;

  private final LoopTask turn =
      new LoopTask() {
        @Override
        protected void run() {
          turnIsDue = false;
          serve(false);
        }
      };

  /**
   * @param onEnd told when the connection has ended and its device is closed
   */
  NbdConnection(
      UnixSocket socket,
      EventLoop loop,
      Exports exports,
      IoBufferPool buffers,
      String name,
      Runnable onEnd) {
    this.socket = socket;
    this.loop = loop;
    this.exports = exports;
    this.buffers = buffers;
    this.name = name;
    this.onEnd = onEnd;
  }

  BlockDevice device() {
    return device;
  }

  EventLoop loop() {
    return loop;
  }

  /** Lets the client choose, waiting for it, and then has the loop serve it. */
  void negotiate() {
    boolean chosen = false;
    try {
      inputMemory = buffers.take(STREAM_BUFFER);
      outputMemory = buffers.take(STREAM_BUFFER);
      in = new NbdInput(socket, inputMemory, STREAM_BUFFER);
      NbdHandshake handshake = new NbdHandshake(in, socket, outputMemory, exports);
      export = handshake.run();
      if (export != null) {
        device = export.device();
        knowsAllocation = handshake.allocation();
        allocation = new NbdAllocation(device);
        replies = new NbdReplies(this, socket, outputMemory, STREAM_BUFFER, handshake.structured());
        watchedFor = Linux.EPOLLIN;
        loop.execute(
            new LoopTask() {
              @Override
              protected void run() {
                begin();
              }
            });
        chosen = true;
      }
    } catch (IOException | RuntimeException | Error thrown) {
      told(thrown);
    }
    if (!chosen) {
      end();
    }
  }

  private void told(Throwable thrown) {
    if (thrown instanceof ProtocolException) {
      LOG.warn("{}: closed: {}", name, thrown.getMessage());
    } else if (thrown instanceof IOException) {
      LOG.debug("{}: gone", name, thrown);
    } else {
      Faults.tell("the NBD connection " + name + ", which is closed,", thrown);
    }
  }

  private void begin() {
    try {
      watch = loop.watch(socket.descriptor(), watchedFor, this::ready);
    } catch (IOException e) {
      LOG.error("{}", name, e);
      end();
      return;
    }
    moreInput = true; // requests may have come with the last option
    serve(false);
  }

  private void ready(int flags) {
    if ((flags & (Linux.EPOLLHUP | Linux.EPOLLERR)) != 0) {
      // would be told again and again; what was sent before is read to its end all the same
      watch.close();
      watch = null;
      moreInput = true;
    }
    serve((flags & Linux.EPOLLIN) != 0);
  }

  /**
   * Takes what has come and sends what can be sent.
   *
   * @param readable whether something has come that is not read
   */
  private void serve(boolean readable) {
    if (ended) {
      return;
    }
    serving = true;
    try {
      if (readable || moreInput) {
        receive();
      }
    } catch (EOFException e) {
      LOG.debug("{}: gone", name, e);
      inputEnded = true;
    } catch (IOException | RuntimeException | Error thrown) {
      told(thrown);
      breakOff();
    }
    boolean sent = send();
    serving = false;
    if (inputEnded && receiving != null) { // gone in the middle of a WRITE
      replied(receiving);
      receiving = null;
    }
    if (inputEnded && unanswered == 0 && (broken || sent)) {
      end();
    } else {
      watchFor(sent);
      if (moreInput && !inputEnded && mayTakeMore()) {
        turnLater();
      }
    }
  }

  private void receive() throws IOException {
    moreInput = watch == null;
    boolean drained = false;
    for (int taken = 0; !inputEnded; ) {
      if (!finishReceiving()) {
        return;
      }
      if (in.has(NbdProtocol.REQUEST_HEADER)) {
        if (taken == MAX_BATCH || !mayTakeMore()) {
          moreInput = true;
          return;
        }
        request();
        taken++;
      } else {
        if (drained || in.fill() == 0) {
          return;
        }
        drained = in.isDrained() && watch != null;
      }
    }
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
  private boolean mayTakeMore() {
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
      inputEnded = true;
      return;
    }
    NbdOp op = takeOp().begin(type, flags, cookie, offset, length);
    Errno refusal = check(type, flags, offset, length);
    if (refusal == null && !takeBuffer(op)) {
      refusal = Errno.ENOMEM;
    }
    boolean asks = type == NbdProtocol.CMD_BLOCK_STATUS;
    op.cost = cost(op.hasData() && op.buffer != null ? length : 0);
    used += op.cost;
    unanswered++;
    if (refusal != null) {
      skipLeft = type == NbdProtocol.CMD_WRITE ? length : 0;
      op.outcome = Outcome.failed(refusal);
      completed(op);
    } else if (type == NbdProtocol.CMD_WRITE) {
      receiving = op;
      receiveAddress = op.buffer.data();
      receiveLeft = length;
    } else if (asks) {
      allocation.answer(op);
    } else {
      op.submit();
    }
  }

  private NbdOp takeOp() {
    NbdOp op = (NbdOp) free.poll();
    return op == null ? new NbdOp(this) : op;
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
      Faults.tell("an NBD request", e);
      return false;
    }
  }

  /** The error for a request that must not reach the device; null: none. */
  private Errno check(int type, int flags, long offset, long length) {
    boolean writes = type == NbdProtocol.CMD_WRITE || type == NbdProtocol.CMD_WRITE_ZEROES;
    boolean trims = type == NbdProtocol.CMD_TRIM;
    boolean asks = type == NbdProtocol.CMD_BLOCK_STATUS && knowsAllocation;
    int known = asks ? NbdProtocol.CMD_FLAG_REQ_ONE : NbdProtocol.CMD_FLAG_FUA;
    if (type == NbdProtocol.CMD_WRITE_ZEROES) {
      known |= NbdProtocol.CMD_FLAG_NO_HOLE;
    }
    if ((flags & ~known) != 0) {
      return Errno.EINVAL;
    }
    if (type == NbdProtocol.CMD_FLUSH) {
      return null;
    }
    if (!writes && !trims && !asks && type != NbdProtocol.CMD_READ) {
      return Errno.EINVAL;
    }
    if ((writes || trims) && device.readOnly()) {
      return Errno.EPERM;
    }
    if (trims && !device.supportsDiscard()) {
      return Errno.EOPNOTSUPP;
    }
    boolean data = type == NbdProtocol.CMD_READ || type == NbdProtocol.CMD_WRITE;
    int mask = device.logicalBlockSize() - 1;
    if (length == 0 || (offset & mask) != 0 || (length & mask) != 0) {
      return Errno.EINVAL;
    }
    if (data && length > NbdProtocol.MAX_DATA) {
      return type == NbdProtocol.CMD_READ ? Errno.EOVERFLOW : Errno.EINVAL;
    }
    long end = Sectors.toBytes(device.sizeSectors());
    if (offset < 0 || offset > end || length > end - offset) {
      return writes ? Errno.ENOSPC : Errno.EINVAL;
    }
    return null;
  }

  /** An operation is complete; called by itself, on the loop's thread. */
  void completed(NbdOp op) {
    if (broken) {
      replied(op);
    } else {
      replies.add(op);
    }
    if (!serving) {
      turnLater();
    }
  }

  /** An operation's reply is on its way, or nobody wants it: what it used is free again. */
  void replied(NbdOp op) {
    if (op.buffer != null) {
      buffers.release(op.buffer);
      op.buffer = null;
    }
    used -= op.cost;
    unanswered--;
    free.addFirst(op);
  }

  /** Has the loop come back before it waits: to what is not read, and to what was completed. */
  private void turnLater() {
    if (!turnIsDue) {
      turnIsDue = true;
      loop.executeBeforeWait(turn);
    }
  }

  /** Sends as much as the client takes now; whether that is all there is. */
  private boolean send() {
    if (broken) {
      return false;
    }
    try {
      return replies.send();
    } catch (IOException | RuntimeException | Error thrown) {
      told(thrown);
      breakOff();
      return false;
    }
  }

  /** Reads on only if another request may be taken, so that the client waits until then. */
  private void watchFor(boolean sent) {
    boolean reads = !inputEnded && !moreInput;
    int flags = (reads ? Linux.EPOLLIN : 0) | (sent || broken ? 0 : Linux.EPOLLOUT);
    if (flags != watchedFor && watch != null) {
      watchedFor = flags;
      watch.change(flags);
    }
  }

  /** Neither reads nor sends any more. */
  private void breakOff() {
    inputEnded = true;
    broken = true;
    replies.abandon();
    socket.shutDown();
  }

  /** Gives back what the connection has; the device may be closed then. */
  private void end() {
    ended = true;
    if (watch != null) {
      watch.close();
    }
    socket.close();
    if (inputMemory != null) {
      buffers.release(inputMemory);
    }
    if (outputMemory != null) {
      buffers.release(outputMemory);
    }
    try {
      if (export != null) {
        export.close();
      }
    } finally {
      onEnd.run();
    }
  }

  /** Ends the connection, from any thread: as if the client had gone. */
  void hangUp() {
    socket.shutDown();
  }
}
