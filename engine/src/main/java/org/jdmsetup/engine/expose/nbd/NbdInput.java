package org.jdmsetup.engine.expose.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * What a client sends, read ahead: one system call brings many small requests, and the data of a
 * large one goes straight to where it belongs. Used by the connection's own thread.
 */
final class NbdInput {

  private final ReadableByteChannel channel;
  private final ByteBuffer buffer;

  /**
   * @param buffer big-endian; its capacity is the most that {@link #need} may ask for
   */
  NbdInput(ReadableByteChannel channel, ByteBuffer buffer) {
    this.channel = channel;
    this.buffer = buffer.limit(0);
  }

  /** Whether so many bytes are here already. */
  boolean has(int bytes) {
    return buffer.remaining() >= bytes;
  }

  /** Waits until so many bytes are here, then returns the buffer to take them from. */
  ByteBuffer need(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      buffer.compact();
      try {
        while (buffer.position() < bytes) {
          if (channel.read(buffer) < 0) {
            throw new EOFException("the client went away");
          }
        }
      } finally {
        buffer.flip();
      }
    }
    return buffer;
  }

  /** Fills the target from its position to its limit. */
  void read(ByteBuffer target) throws IOException {
    int here = Math.min(buffer.remaining(), target.remaining());
    target.put(target.position(), buffer, buffer.position(), here);
    target.position(target.position() + here);
    buffer.position(buffer.position() + here);
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new EOFException("the client went away");
      }
    }
  }

  void skip(long bytes) throws IOException {
    for (long left = bytes; left > 0; ) {
      int step = (int) Math.min(left, Math.max(1, buffer.remaining()));
      need(step).position(buffer.position() + step);
      left -= step;
    }
  }
}
