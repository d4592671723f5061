package org.jdmsetup.engine.expose;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.jdmsetup.engine.nativeio.IoBuffer;

/**
 * What goes back to a client: small replies are gathered and sent together, a large one goes out
 * from its own buffer. Safe for the connection's two threads.
 */
final class NbdReplies {

  /** Reads up to this size are copied and gathered. */
  private static final int GATHERED = 16 << 10;

  private final WritableByteChannel channel;
  private final ByteBuffer batch;

  /**
   * @param batch room for several gathered replies
   */
  NbdReplies(WritableByteChannel channel, ByteBuffer batch) {
    this.channel = channel;
    this.batch = batch.order(ByteOrder.BIG_ENDIAN).clear();
  }

  /**
   * Adds the reply of an operation that is complete; it is sent at {@link #flush} at the latest.
   */
  synchronized void add(NbdOp op) throws IOException {
    int length = op.errno == 0 ? op.length : 0;
    boolean gathered = length <= GATHERED;
    if (!gathered || batch.remaining() < NbdProtocol.REPLY_HEADER + length) {
      flush();
    }
    if (gathered) {
      header(batch, batch.position(), op);
      batch.position(batch.position() + NbdProtocol.REPLY_HEADER);
      if (length > 0) {
        batch.put(batch.position(), op.buffer.bytes(), IoBuffer.HEADROOM, length);
        batch.position(batch.position() + length);
      }
    } else {
      ByteBuffer whole = op.buffer.bytes().order(ByteOrder.BIG_ENDIAN);
      int start = IoBuffer.HEADROOM - NbdProtocol.REPLY_HEADER;
      header(whole, start, op);
      whole.limit(IoBuffer.HEADROOM + length).position(start);
      send(whole);
    }
  }

  synchronized void flush() throws IOException {
    if (batch.position() > 0) {
      send(batch.flip());
      batch.clear();
    }
  }

  private static void header(ByteBuffer b, int at, NbdOp op) {
    b.putInt(at, NbdProtocol.REPLY_MAGIC);
    b.putInt(at + 4, NbdProtocol.wire(op.errno));
    b.putLong(at + 8, op.cookie);
  }

  private void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
