package org.jdmsetup.engine.expose.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.UnixSocket;

/**
 * What a client sends, read ahead: one system call brings many small requests. For one thread at a
 * time.
 */
final class NbdInput {

  private final UnixSocket socket;
  private final ByteBuffer buffer;
  private final long address;
  private boolean drained;

  /**
   * @param memory for what is read ahead
   * @param length how much of it is used, in bytes: the most that {@link #need} may ask for
   */
  NbdInput(UnixSocket socket, IoBuffer memory, int length) {
    this.socket = socket;
    address = memory.data();
    buffer = memory.bytes().slice(IoBuffer.HEADROOM, length).order(ByteOrder.BIG_ENDIAN).limit(0);
  }

  /** What is here, from the position to the limit; big-endian, to be taken from. */
  ByteBuffer bytes() {
    return buffer;
  }

  /** Whether so many bytes are here already. */
  boolean has(int bytes) {
    return buffer.remaining() >= bytes;
  }

  /** Native address of the first byte that is here. */
  long address() {
    return address + buffer.position();
  }

  /**
   * Reads what has come, without waiting.
   *
   * @return how many bytes; 0: none now, or no room for more
   * @throws EOFException when the client sends no more
   */
  int fill() throws IOException {
    buffer.compact();
    int n = 0;
    try {
      if (buffer.hasRemaining()) {
        n = socket.read(address + buffer.position(), buffer.remaining());
        drained = n < buffer.remaining();
      }
      if (n < 0) {
        throw new EOFException("the client went away");
      }
      buffer.position(buffer.position() + n);
    } finally {
      buffer.flip();
    }
    return n;
  }

  /** Whether the last {@link #fill} has left nothing that was there by then. */
  boolean isDrained() {
    return drained;
  }

  /** Waits until so many bytes are here, then returns the buffer to take them from. */
  ByteBuffer need(int bytes) throws IOException {
    while (buffer.remaining() < bytes) {
      if (fill() == 0) {
        socket.awaitReadable();
      }
    }
    return buffer;
  }

  /** Waits for so many bytes, and leaves them out. */
  void skip(long bytes) throws IOException {
    for (long left = bytes; left > 0; ) {
      need(1);
      left -= skipHere(left);
    }
  }

  /** Leaves out what is here of so many bytes; returns how many that were. */
  int skipHere(long bytes) {
    int here = (int) Math.min(bytes, buffer.remaining());
    buffer.position(buffer.position() + here);
    return here;
  }
}
