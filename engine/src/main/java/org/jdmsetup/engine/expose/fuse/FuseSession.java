package org.jdmsetup.engine.expose.fuse;

import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the workers of one FUSE mount share: the files, the buffers, and the way to answer.
 *
 * <p>How much memory requests can hold: the kernel passes at most {@link #maxBackground}
 * asynchronous requests (everything that comes through a loop device), and one synchronous request
 * for each thread of a program that uses a file directly; each holds a buffer of up to four times
 * its size. Held-back writes are copies of pages that the kernel's own dirty limits bound. A worker
 * has a buffer of the largest size, and there are at most that many more of them, too.
 */
public final class FuseSession {

  private static final Logger LOG = LoggerFactory.getLogger(FuseSession.class);

  public final FuseTree tree = new FuseTree();
  final FuseTransport transport;
  final IoBufferPool buffers = new IoBufferPool(32 << 20);

  /** At most 65535; a device that holds its requests back uses up a hundred or two of them. */
  final int maxBackground;

  private final IntrusiveQueue<FuseOp> freeOps = new IntrusiveQueue<>();

  FuseSession(FuseTransport transport, int maxBackground) {
    this.transport = transport;
    this.maxBackground = maxBackground;
  }

  synchronized FuseOp takeOp() {
    FuseOp op = freeOps.poll();
    return op == null ? new FuseOp(this) : op;
  }

  synchronized void releaseOp(FuseOp op) {
    freeOps.addFirst(op);
  }

  /** Sends a reply that lies ready at {@code address}. */
  void reply(int fd, long address, int length) {
    long written = transport.write(fd, address, length);
    // the asker was interrupted, or the mount is gone
    boolean gone = written == -Errno.ENOENT.number() || written == -Errno.ENODEV.number();
    if (written < 0 && !gone) {
      LOG.error("reply of {} bytes to FUSE: errno {}", length, -written);
    }
  }
}
