package org.jdmsetup.engine.expose.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.UnixSocket;

/**
 * What goes back to a client: small replies are gathered and sent together, a large one goes out
 * from its own buffer. Never waits: what the client does not take now is sent when it does. Of the
 * connection's loop alone.
 */
final class NbdReplies {

  /** Replies up to this size are copied and gathered. */
  private static final int GATHERED = 16 << 10;

  private final NbdRequests requests;
  private final UnixSocket socket;
  private final boolean structured;

  /** Operations whose replies are to be sent. */
  private final IntrusiveQueue<LoopTask> waiting = new IntrusiveQueue<>();

  /** Gathered replies: from {@link #sent} to the position they are not sent yet. */
  private final ByteBuffer batch;

  private final long batchAddress;
  private int sent;

  /** The operation whose reply goes out from its own buffer, after the batch; null: none. */
  private NbdOp large;

  private long largeAddress;
  private int largeLeft;

  /**
   * @param requests told when an operation is answered
   * @param memory for gathered replies
   * @param length how much of it is used, in bytes
   * @param structured whether reads are answered in chunks
   */
  NbdReplies(
      NbdRequests requests, UnixSocket socket, IoBuffer memory, int length, boolean structured) {
    this.requests = requests;
    this.socket = socket;
    this.structured = structured;
    batch = memory.bytes().slice(IoBuffer.HEADROOM, length).order(ByteOrder.BIG_ENDIAN);
    batchAddress = memory.data();
  }

  /** Adds the reply of an operation that is complete; it is sent by {@link #send}. */
  void add(NbdOp op) {
    waiting.add(op);
  }

  /** Whether everything is sent. */
  boolean isEmpty() {
    return waiting.isEmpty() && large == null && batch.position() == 0;
  }

  /**
   * Sends as much as the client takes now; an operation counts as answered once its reply is copied
   * or sent.
   *
   * @return whether everything is sent
   */
  boolean send() throws IOException {
    while (true) {
      gather();
      if (batch.position() > 0) {
        sent += socket.write(batchAddress + sent, batch.position() - sent);
        if (sent < batch.position()) {
          return false;
        }
        batch.clear();
        sent = 0;
      }
      if (large != null && !sendLarge()) {
        return false;
      }
      if (waiting.isEmpty()) {
        return true;
      }
    }
  }

  /** Gives all operations back whose replies are not sent: nobody is there any more. */
  void abandon() {
    for (NbdOp op = (NbdOp) waiting.poll(); op != null; op = (NbdOp) waiting.poll()) {
      requests.answered(op);
    }
    if (large != null) {
      requests.answered(large);
      large = null;
    }
    batch.clear();
  }

  private boolean sendLarge() throws IOException {
    int n = socket.write(largeAddress, largeLeft);
    largeAddress += n;
    largeLeft -= n;
    if (largeLeft > 0) {
      return false;
    }
    NbdOp op = large;
    large = null;
    requests.answered(op);
    return true;
  }

  /** Moves replies into the batch while there is room, up to one that goes out by itself. */
  private void gather() {
    while (large == null && !waiting.isEmpty()) {
      NbdOp op = (NbdOp) waiting.peek();
      int header = headerLength(op);
      int data = dataLength(op);
      boolean gathered = data <= GATHERED;
      if (gathered && batch.remaining() < header + data) {
        return;
      }
      waiting.poll();
      if (gathered) {
        header(batch, batch.position(), op);
        batch.position(batch.position() + header);
        if (data > 0) {
          NativeIo.C.memcpy(batchAddress + batch.position(), op.buffer.data(), data);
          batch.position(batch.position() + data);
        }
        requests.answered(op);
      } else {
        header(op.buffer.bytes().order(ByteOrder.BIG_ENDIAN), IoBuffer.HEADROOM - header, op);
        op.buffer.bytes().order(ByteOrder.nativeOrder());
        large = op;
        largeAddress = op.buffer.data() - header;
        largeLeft = header + data;
      }
    }
  }

  private static int dataLength(NbdOp op) {
    if (!op.outcome.isDone()) {
      return 0;
    }
    return switch (op.type) {
      case NbdProtocol.CMD_READ -> (int) op.length;
      case NbdProtocol.CMD_BLOCK_STATUS -> op.answerLength;
      default -> 0;
    };
  }

  /** A failed BLOCK_STATUS has a simple reply, as all commands but READ may have. */
  private boolean isChunk(NbdOp op) {
    boolean tells = op.type == NbdProtocol.CMD_BLOCK_STATUS && op.outcome.isDone();
    return structured && (op.reads() || tells);
  }

  private int headerLength(NbdOp op) {
    if (!isChunk(op)) {
      return NbdProtocol.REPLY_HEADER;
    }
    int more = !op.outcome.isDone() ? 6 : op.reads() ? 8 : 0;
    return NbdProtocol.CHUNK_HEADER + more;
  }

  private void header(ByteBuffer b, int at, NbdOp op) {
    int errno = NbdProtocol.wire(op.outcome.number());
    if (!isChunk(op)) {
      b.putInt(at, NbdProtocol.REPLY_MAGIC);
      b.putInt(at + 4, errno);
      b.putLong(at + 8, op.cookie);
    } else if (errno != 0) {
      chunk(b, at, NbdProtocol.CHUNK_ERROR, op.cookie, 6);
      b.putInt(at + NbdProtocol.CHUNK_HEADER, errno);
      b.putShort(at + NbdProtocol.CHUNK_HEADER + 4, (short) 0); // no message
    } else if (op.reads()) {
      chunk(b, at, NbdProtocol.CHUNK_OFFSET_DATA, op.cookie, 8 + (int) op.length);
      b.putLong(at + NbdProtocol.CHUNK_HEADER, op.offset);
    } else {
      chunk(b, at, NbdProtocol.CHUNK_BLOCK_STATUS, op.cookie, op.answerLength);
    }
  }

  /** The only chunk of a reply. */
  private static void chunk(ByteBuffer b, int at, int type, long cookie, int length) {
    b.putInt(at, NbdProtocol.CHUNK_MAGIC);
    b.putShort(at + 4, (short) NbdProtocol.CHUNK_DONE);
    b.putShort(at + 6, (short) type);
    b.putLong(at + 8, cookie);
    b.putInt(at + 16, length);
  }
}
