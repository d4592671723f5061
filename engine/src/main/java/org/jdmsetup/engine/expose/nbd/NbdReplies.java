package org.jdmsetup.engine.expose.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.tables.Sectors;

/**
 * What goes back to a client: small replies are gathered and sent together, a large one goes out
 * from its own buffer. Safe for the connection's two threads.
 */
final class NbdReplies {

  /** Reads up to this size are copied and gathered. */
  private static final int GATHERED = 16 << 10;

  /** In one answer about allocation; a client asks on where it ends. */
  static final int MAX_EXTENTS = 512;

  /** How often the device is asked for one such answer. */
  private static final int MAX_QUERIES = 8 * MAX_EXTENTS;

  private final WritableByteChannel channel;
  private final ByteBuffer batch;
  private final boolean structured;

  /**
   * @param batch room for several gathered replies
   * @param structured whether reads are answered in chunks
   */
  NbdReplies(WritableByteChannel channel, ByteBuffer batch, boolean structured) {
    this.channel = channel;
    this.batch = batch.order(ByteOrder.BIG_ENDIAN).clear();
    this.structured = structured;
  }

  /**
   * Adds the reply of an operation that is complete; it is sent at {@link #flush} at the latest.
   */
  synchronized void add(NbdOp op) throws IOException {
    int length = op.outcome.isDone() ? op.length : 0;
    boolean gathered = length <= GATHERED;
    int header = headerLength(op);
    if (!gathered || batch.remaining() < header + length) {
      flush();
    }
    if (gathered) {
      header(batch, batch.position(), op);
      batch.position(batch.position() + header);
      if (length > 0) {
        batch.put(batch.position(), op.buffer.bytes(), IoBuffer.HEADROOM, length);
        batch.position(batch.position() + length);
      }
    } else {
      ByteBuffer whole = op.buffer.bytes().order(ByteOrder.BIG_ENDIAN);
      int start = IoBuffer.HEADROOM - header;
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

  /**
   * Adds what is allocated of a range, as far as an answer goes.
   *
   * @param most how many extents it may have
   */
  synchronized void addExtents(long cookie, BlockDevice device, long offset, long length, int most)
      throws IOException {
    if (batch.remaining() < NbdProtocol.CHUNK_HEADER + 4 + 8 * most) {
      flush();
    }
    int start = batch.position();
    int at = start + NbdProtocol.CHUNK_HEADER + 4;
    int first = at;
    long sector = Sectors.ofBytes(offset);
    long end = Sectors.ofBytes(offset + length);
    long run = 0;
    boolean hole = false;
    for (int asked = 0; sector < end && asked < MAX_QUERIES; asked++) {
      long found = device.extent(sector, end - sector);
      if (run > 0 && found > 0 != hole) {
        at = extent(at, run, hole);
        run = 0;
        if (at - first == 8 * most) {
          break;
        }
      }
      hole = found > 0;
      run += Math.abs(found);
      sector += Math.abs(found);
    }
    if (run > 0) {
      at = extent(at, run, hole);
    }
    chunk(batch, start, NbdProtocol.CHUNK_BLOCK_STATUS, cookie, 4 + at - first);
    batch.putInt(first - 4, NbdProtocol.ALLOCATION_ID);
    batch.position(at);
  }

  private int extent(int at, long sectors, boolean hole) {
    batch.putInt(at, (int) (Sectors.toBytes(sectors)));
    batch.putInt(at + 4, hole ? NbdProtocol.STATE_HOLE | NbdProtocol.STATE_ZERO : 0);
    return at + 8;
  }

  private int headerLength(NbdOp op) {
    if (!structured || !op.reads) {
      return NbdProtocol.REPLY_HEADER;
    }
    return NbdProtocol.CHUNK_HEADER + (op.outcome.isDone() ? 8 : 6);
  }

  private void header(ByteBuffer b, int at, NbdOp op) {
    int errno = NbdProtocol.wire(op.outcome.number());
    if (!structured || !op.reads) {
      b.putInt(at, NbdProtocol.REPLY_MAGIC);
      b.putInt(at + 4, errno);
      b.putLong(at + 8, op.cookie);
    } else if (errno == 0) {
      chunk(b, at, NbdProtocol.CHUNK_OFFSET_DATA, op.cookie, 8 + op.length);
      b.putLong(at + NbdProtocol.CHUNK_HEADER, op.offset);
    } else {
      chunk(b, at, NbdProtocol.CHUNK_ERROR, op.cookie, 6);
      b.putInt(at + NbdProtocol.CHUNK_HEADER, errno);
      b.putShort(at + NbdProtocol.CHUNK_HEADER + 4, (short) 0); // no message
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

  private void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
