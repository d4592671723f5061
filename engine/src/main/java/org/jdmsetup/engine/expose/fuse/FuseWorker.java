package org.jdmsetup.engine.expose.fuse;

import static org.jdmsetup.engine.expose.fuse.FuseProtocol.IN_HEADER;
import static org.jdmsetup.engine.expose.fuse.FuseProtocol.MAX_DATA;
import static org.jdmsetup.engine.expose.fuse.FuseProtocol.WRITE_IN;

import java.nio.ByteBuffer;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads requests from a FUSE descriptor of its own and answers them, or hands them to a {@link
 * FuseOp}. Apart from the next request, it waits only for system calls on backing files and disks.
 * It never waits for the control thread, because that thread waits for a worker when it opens files
 * of this mount to set up loop devices. Those system calls can wait for other requests of the same
 * mount: {@link FuseWorkers} sees to that.
 *
 * <p>The header of a message ends where the data part of the receive buffer begins, so that the
 * data of a WRITE is page-aligned.
 */
final class FuseWorker {

  private static final Logger LOG = LoggerFactory.getLogger(FuseWorker.class);

  private static final int FALLOC_FL_KNOWN =
      Linux.FALLOC_FL_KEEP_SIZE | Linux.FALLOC_FL_PUNCH_HOLE | Linux.FALLOC_FL_ZERO_RANGE;

  /**
   * Writes up to this size are always copied out of the receive buffer: that costs less than to
   * give the buffer away with them and to take another one of the largest size.
   */
  private static final int ALWAYS_COPIED = 64 << 10;

  /** The largest that is copied if the device is likely to keep it. */
  private static final int COPIED_IF_KEPT = 256 << 10;

  /** Where a message begins in the receive buffer. */
  static final int MESSAGE = IoBuffer.HEADROOM - IN_HEADER - WRITE_IN;

  /** Where the body of a request begins in the receive buffer. */
  static final int IN = MESSAGE + IN_HEADER;

  private final FuseSession session;
  private final int fd;
  private final FuseReply reply;
  private final FuseMetadata metadata;
  private IoBuffer receive;
  private ByteBuffer in;
  private FuseOp op;

  /** See {@link #serveSequence()}; only the worker's thread writes it. */
  private volatile long serveSequence;

  /**
   * @throws OutOfMemoryError when there is no memory for its buffers; nothing is kept then
   */
  FuseWorker(FuseSession session, int fd) {
    this.session = session;
    this.fd = fd;
    receive = session.buffers.take(MAX_DATA);
    try {
      reply = new FuseReply(session, fd);
    } catch (OutOfMemoryError e) {
      session.buffers.release(receive);
      throw e;
    }
    in = receive.bytes();
    metadata = new FuseMetadata(session, reply);
    op = session.takeOp();
  }

  /**
   * Even while the worker waits for a request, odd while it serves one; grows with each change, so
   * that an odd number seen twice is one request that takes long. For any thread.
   */
  long serveSequence() {
    return serveSequence;
  }

  /** Gives the buffers back; the worker must not be used afterwards. */
  void end() {
    session.buffers.release(receive);
    reply.release();
    if (op != null) {
      session.releaseOp(op);
    }
  }

  /** Waits for a request and answers it or starts it; false when the connection has ended. */
  boolean serveOne() {
    int length = receive();
    if (length > 0) {
      serve(length);
    }
    return length >= 0;
  }

  /**
   * Takes the next request into the receive buffer and returns its length: 0 when there was none, a
   * negative number when the connection has ended.
   */
  int receive() {
    long n =
        session.transport.read(
            fd, receive.data() - IN_HEADER - WRITE_IN, IN_HEADER + WRITE_IN + MAX_DATA);
    if (n >= 0) {
      return (int) n;
    }
    int errno = (int) -n;
    if (FuseProtocol.isNoRequest(errno)) {
      return 0;
    }
    if (errno != Errno.ENODEV.number()) {
      LOG.error("reading from FUSE: {}", Errno.text(errno));
    }
    return -1;
  }

  /** Answers the request that was received, or starts it. */
  void serve(int length) {
    long before = serveSequence;
    serveSequence = before + 1;
    handle(length);
    serveSequence = before + 2;
  }

  /** Answers the message of {@code length} bytes in the receive buffer, whatever it holds. */
  private void handle(int length) {
    if (length < IN_HEADER) {
      LOG.error("a FUSE message of only {} bytes", length);
      return;
    }
    reply.to(in.getLong(MESSAGE + FuseProtocol.IN_UNIQUE));
    if (in.getInt(MESSAGE + FuseProtocol.IN_LENGTH) != length) {
      LOG.error("a FUSE message of {} bytes whose header does not fit", length);
      reply.fail(Errno.EIO);
      return;
    }
    try {
      dispatch(
          in.getInt(MESSAGE + FuseProtocol.IN_OPCODE),
          in.getLong(MESSAGE + FuseProtocol.IN_NODE),
          length - IN_HEADER);
    } catch (Throwable thrown) {
      // before the request was started: from then on it answers by itself, whatever happens
      Faults.log("a FUSE request", thrown);
      reply.fail(thrown instanceof OutOfMemoryError ? Errno.ENOMEM : Errno.EIO);
    }
  }

  private void dispatch(int opcode, long node, int bodyLength) {
    if (bodyLength < bodyOf(opcode)) {
      LOG.error("FUSE opcode {} with a body of only {} bytes", opcode, bodyLength);
      reply.fail(Errno.EINVAL);
      return;
    }
    FuseFile file = session.tree.find(node);
    switch (opcode) {
      case FuseProtocol.READ -> {
        if (found(file)) {
          read(file);
        }
      }
      case FuseProtocol.WRITE -> {
        if (found(file)) {
          write(file, bodyLength);
        }
      }
      case FuseProtocol.FSYNC -> {
        if (found(file)) {
          started(op(file).flush());
        }
      }
      case FuseProtocol.FALLOCATE -> {
        if (found(file)) {
          fallocate(file);
        }
      }
      default -> {
        if (!metadata.answer(in, opcode, node, file, bodyLength)) {
          reply.fail(Errno.ENOSYS);
        }
      }
    }
  }

  /** The least length of what follows the header. */
  private static int bodyOf(int opcode) {
    return switch (opcode) {
      case FuseProtocol.READ, FuseProtocol.READDIR, FuseProtocol.WRITE -> WRITE_IN;
      case FuseProtocol.FALLOCATE -> FuseProtocol.FALLOCATE_IN;
      case FuseProtocol.IOCTL -> FuseProtocol.IOCTL_IN;
      case FuseProtocol.SETATTR -> FuseProtocol.SETATTR_IN;
      case FuseProtocol.INIT -> FuseProtocol.INIT_IN;
      case FuseProtocol.LOOKUP -> 1;
      default -> 0;
    };
  }

  private boolean found(FuseFile file) {
    if (file == null) {
      reply.fail(Errno.ENOENT);
    }
    return file != null;
  }

  /** The operation for a new request. */
  private FuseOp op(FuseFile file) {
    if (op == null) {
      op = session.takeOp();
    }
    return op.prepare(fd, reply.unique(), file);
  }

  /** To be called after an operation was started: gives it up unless it has finished. */
  private void started(boolean finished) {
    if (!finished) {
      op = null;
    }
  }

  private void read(FuseFile file) {
    long offset = in.getLong(IN + FuseProtocol.READ_OFFSET);
    long size = in.getInt(IN + FuseProtocol.READ_SIZE) & 0xffffffffL;
    long end = file.size();
    if (offset < 0 || size > MAX_DATA) {
      reply.fail(Errno.EINVAL);
    } else if (offset >= end || size == 0) {
      reply.send(0);
    } else {
      started(op(file).read(offset, (int) Math.min(size, end - offset)));
    }
  }

  private void write(FuseFile file, int bodyLength) {
    long offset = in.getLong(IN + FuseProtocol.WRITE_OFFSET);
    long size = in.getInt(IN + FuseProtocol.WRITE_SIZE) & 0xffffffffL;
    boolean fua = (in.getInt(IN + FuseProtocol.WRITE_FILE_FLAGS) & Linux.O_DSYNC) != 0;
    long end = file.size();
    if (offset < 0 || size > bodyLength - WRITE_IN || size > MAX_DATA) {
      reply.fail(Errno.EINVAL);
    } else if (file.device.readOnly()) {
      reply.fail(Errno.EROFS);
    } else if (size == 0) {
      reply.zero(FuseProtocol.WRITE_OUT);
      reply.send(FuseProtocol.WRITE_OUT);
    } else if (offset >= end && file.probeBytes > 0) {
      // what the loop driver writes there instead, see LoopLimits
      reply.zero(FuseProtocol.WRITE_OUT);
      reply.out.putInt(FuseReply.BODY, (int) size);
      reply.send(FuseProtocol.WRITE_OUT);
    } else if (offset >= end) {
      reply.fail(Errno.ENOSPC);
    } else {
      int length = (int) Math.min(size, end - offset);
      op(file);
      int mask = file.device.logicalBlockSize() - 1;
      boolean copy =
          length <= ALWAYS_COPIED
              || (offset & mask) != 0
              || (length & mask) != 0
              || (file.defers && length <= COPIED_IF_KEPT);
      if (copy) {
        started(op.write(offset, length, fua, receive.data()));
      } else {
        IoBuffer given = receive;
        receive = session.buffers.take(MAX_DATA);
        in = receive.bytes();
        started(op.writeFrom(given, offset, length, fua));
      }
    }
  }

  private void fallocate(FuseFile file) {
    long offset = in.getLong(IN + FuseProtocol.FALLOCATE_OFFSET);
    long length = in.getLong(IN + FuseProtocol.FALLOCATE_LENGTH);
    int mode = in.getInt(IN + FuseProtocol.FALLOCATE_MODE);
    boolean punch = (mode & Linux.FALLOC_FL_PUNCH_HOLE) != 0;
    boolean zero = (mode & Linux.FALLOC_FL_ZERO_RANGE) != 0;
    long end = file.size();
    if (offset < 0 || length <= 0 || offset + length < 0) {
      reply.fail(Errno.EINVAL);
    } else if (file.device.readOnly()) {
      reply.fail(Errno.EROFS);
    } else if (punch == zero || (mode & ~FALLOC_FL_KNOWN) != 0) {
      // a device's space is not allocated ahead, collapsed or shifted
      reply.fail(Errno.EOPNOTSUPP);
    } else if (punch && !file.device.supportsDiscard()) {
      // better no discard than one that writes zeroes; whoever needs zeroes then writes them
      // itself
      reply.fail(Errno.EOPNOTSUPP);
    } else if (punch && discardIsMeant(file)) {
      started(op(file).discard(offset, Math.min(length, Math.max(0, end - offset))));
    } else if (!file.device.supportsWriteZeroes() || offset >= end && file.probeBytes > 0) {
      reply.fail(Errno.EOPNOTSUPP);
    } else if (offset >= end || (zero && offset + length > end)) {
      reply.fail(Errno.ENOSPC);
    } else {
      started(op(file).zero(offset, Math.min(length, end - offset), punch));
    }
  }

  /**
   * Whether a hole in the file is a discard of the device, and need not read as zeroes after it.
   */
  private boolean discardIsMeant(FuseFile file) {
    return file.holesAreDiscards
        && in.getLong(IN + FuseProtocol.FALLOCATE_HANDLE) == FuseFile.LOOP_HANDLE;
  }
}
