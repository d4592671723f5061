package org.jdmsetup.engine.expose.fuse;

import static org.jdmsetup.engine.expose.fuse.FuseProtocol.OUT_HEADER;

import java.nio.ByteBuffer;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.tables.Errno;

/**
 * The reply to one request at a time: room for its header and a body of up to {@link #ROOM} bytes.
 * For one thread.
 */
final class FuseReply {
  /** Bytes that the body may have. */
  static final int ROOM = (16 << 10) - OUT_HEADER;

  /** Where the body begins in {@link #out}. */
  static final int BODY = OUT_HEADER;

  private final FuseSession session;
  private final int fd;
  private final IoBuffer memory;

  /** Header and body. */
  final ByteBuffer out;

  private long unique;

  /**
   * @param fd the descriptor that requests come from
   * @throws OutOfMemoryError when there is no memory for it
   */
  FuseReply(FuseSession session, int fd) {
    this.session = session;
    this.fd = fd;
    memory = session.buffers.take(OUT_HEADER + ROOM);
    ByteBuffer bytes = memory.bytes();
    out = bytes.slice(IoBuffer.HEADROOM, OUT_HEADER + ROOM).order(bytes.order());
  }

  /** Gives the memory back. */
  void release() {
    session.buffers.release(memory);
  }

  /**
   * Begins the reply to a request.
   *
   * @param id the kernel's number of the request
   */
  void to(long id) {
    unique = id;
  }

  /** The kernel's number of the request that is answered. */
  long unique() {
    return unique;
  }

  /** Makes the body begin with so many zero bytes; a multiple of 8. */
  void zero(int length) {
    for (int i = 0; i < length; i += 8) {
      out.putLong(BODY + i, 0);
    }
  }

  /** Sends a body of so many bytes. */
  void send(int length) {
    send(OUT_HEADER + length, 0);
  }

  /** Sends an error. */
  void fail(Errno errno) {
    send(OUT_HEADER, -errno.number());
  }

  private void send(int length, int error) {
    out.putInt(FuseProtocol.OUT_LENGTH, length);
    out.putInt(FuseProtocol.OUT_ERROR, error);
    out.putLong(FuseProtocol.OUT_UNIQUE, unique);
    session.reply(fd, memory.data(), length);
  }
}
