package org.jdmsetup.engine.expose.fuse;

import static org.jdmsetup.engine.expose.fuse.FuseProtocol.ATTR;
import static org.jdmsetup.engine.expose.fuse.FuseProtocol.IN_HEADER;
import static org.jdmsetup.engine.expose.fuse.FuseProtocol.MAX_DATA;
import static org.jdmsetup.engine.expose.fuse.FuseProtocol.OUT_HEADER;
import static org.jdmsetup.engine.expose.fuse.FuseProtocol.WRITE_IN;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads requests from a FUSE descriptor of its own and answers them, or hands them to a {@link
 * FuseOp}. Besides the next request it waits only for system calls on what lies below a device, and
 * never for the control thread, which opens our own files while it sets up loop devices. Those
 * system calls can wait for other requests of the same mount: {@link FuseWorkers} sees to that.
 *
 * <p>The header of a message ends where the data part of the receive buffer begins, so that the
 * data of a WRITE is page-aligned.
 */
final class FuseWorker {

  private static final Logger LOG = LoggerFactory.getLogger(FuseWorker.class);

  private static final long BLKGETSIZE = 0x1260;
  private static final long BLKGETSIZE64 = 0x80081272L;

  private static final int FALLOC_FL_KNOWN =
      NativeIo.FALLOC_FL_KEEP_SIZE | NativeIo.FALLOC_FL_PUNCH_HOLE | NativeIo.FALLOC_FL_ZERO_RANGE;

  private static final int O_DSYNC = 010000;

  /** Writes up to this size are copied to a buffer of their own, which costs less than it saves. */
  private static final int ALWAYS_COPIED = 64 << 10;

  /** The largest that is copied if the device is likely to keep it. */
  private static final int COPIED_IF_KEPT = 256 << 10;

  private static final int MESSAGE = IoBuffer.HEADROOM - IN_HEADER - WRITE_IN;

  /** Where the bodies of requests and replies begin, in the receive and the reply buffer. */
  private static final int IN = MESSAGE + IN_HEADER;

  private static final int OUT = OUT_HEADER;

  private static final int REPLY_ROOM = 16 << 10;

  private final FuseSession session;
  private final int fd;
  private final ByteBuffer out;
  private final IoBuffer outMemory;
  private IoBuffer receive;
  private ByteBuffer in;
  private FuseOp op;

  /** Of the message being answered. */
  private long unique;

  /** See {@link #turns()}; only the worker's thread writes it. */
  private volatile long turns;

  /**
   * @throws OutOfMemoryError when there is no memory for its buffers; nothing is kept then
   */
  FuseWorker(FuseSession session, int fd) {
    this.session = session;
    this.fd = fd;
    receive = session.buffers.take(MAX_DATA);
    try {
      outMemory = session.buffers.take(REPLY_ROOM);
    } catch (OutOfMemoryError e) {
      session.buffers.give(receive);
      throw e;
    }
    in = receive.bytes();
    out = outMemory.bytes().slice(IoBuffer.HEADROOM, REPLY_ROOM).order(in.order());
    op = session.takeOp();
  }

  /**
   * Even while the worker waits for a request, odd while it serves one; grows with each change, so
   * that an odd number seen twice is one request that takes long. For any thread.
   */
  long turns() {
    return turns;
  }

  /** Gives the buffers back; the worker must not be used afterwards. */
  void end() {
    session.buffers.give(receive);
    session.buffers.give(outMemory);
    if (op != null) {
      session.giveOp(op);
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
    int errno = NativeIo.errno();
    // interrupted, nothing there, or the request was withdrawn while it was being read
    boolean again =
        errno == Errno.EINTR.number()
            || errno == Errno.EAGAIN.number()
            || errno == Errno.ENOENT.number();
    if (!again && errno != Errno.ENODEV.number()) {
      LOG.error("reading from FUSE: {}", Errno.text(errno));
    }
    return again ? 0 : -1;
  }

  /** Answers the request that was received, or starts it. */
  void serve(int length) {
    long before = turns;
    turns = before + 1;
    handle(length);
    turns = before + 2;
  }

  /** Answers the message of {@code length} bytes in the receive buffer, whatever it holds. */
  private void handle(int length) {
    if (length < IN_HEADER) {
      LOG.error("a FUSE message of only {} bytes", length);
      return;
    }
    unique = in.getLong(MESSAGE + FuseProtocol.IN_UNIQUE);
    if (in.getInt(MESSAGE + FuseProtocol.IN_LENGTH) != length) {
      LOG.error("a FUSE message of {} bytes whose header does not fit", length);
      fail(Errno.EIO);
      return;
    }
    try {
      dispatch(
          in.getInt(MESSAGE + FuseProtocol.IN_OPCODE),
          in.getLong(MESSAGE + FuseProtocol.IN_NODE),
          length - IN_HEADER);
    } catch (Throwable thrown) {
      // before the request was started: from then on it answers by itself, whatever happens
      Faults.tell("a FUSE request", thrown);
      fail(thrown instanceof OutOfMemoryError ? Errno.ENOMEM : Errno.EIO);
    }
  }

  private void dispatch(int opcode, long node, int bodyLength) {
    if (bodyLength < bodyOf(opcode)) {
      LOG.error("FUSE opcode {} with a body of only {} bytes", opcode, bodyLength);
      fail(Errno.EINVAL);
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
      case FuseProtocol.GETATTR -> getattr(node, file);
      case FuseProtocol.SETATTR -> setattr(node, file);
      case FuseProtocol.LOOKUP -> lookup(node, bodyLength);
      case FuseProtocol.OPEN -> open(file, in.getInt(MESSAGE + FuseProtocol.IN_THREAD));
      case FuseProtocol.RELEASE -> {
        if (file != null) {
          file.opens.decrementAndGet();
          file.whenClosed.run();
        }
        reply(0);
      }
      case FuseProtocol.IOCTL -> ioctl(file);
      case FuseProtocol.STATFS -> statfs(file);
      case FuseProtocol.OPENDIR -> {
        zeroOut(16);
        reply(16);
      }
      case FuseProtocol.READDIR -> readdir();
      case FuseProtocol.INIT -> init();
      case FuseProtocol.FLUSH,
          FuseProtocol.RELEASEDIR,
          FuseProtocol.FSYNCDIR,
          FuseProtocol.ACCESS,
          FuseProtocol.DESTROY ->
          reply(0);
      case FuseProtocol.FORGET, FuseProtocol.BATCH_FORGET, FuseProtocol.INTERRUPT -> {
        // these are not answered; a request that a device holds cannot be called back
      }
      default -> fail(Errno.ENOSYS);
    }
  }

  /** The least length of what follows the header. */
  private static int bodyOf(int opcode) {
    return switch (opcode) {
      case FuseProtocol.READ, FuseProtocol.READDIR, FuseProtocol.WRITE -> WRITE_IN;
      case FuseProtocol.FALLOCATE, FuseProtocol.IOCTL -> 32;
      case FuseProtocol.SETATTR -> 88;
      case FuseProtocol.INIT -> 16;
      case FuseProtocol.LOOKUP -> 1;
      default -> 0;
    };
  }

  private boolean found(FuseFile file) {
    if (file == null) {
      fail(Errno.ENOENT);
    }
    return file != null;
  }

  /** The operation for a new request. */
  private FuseOp op(FuseFile file) {
    if (op == null) {
      op = session.takeOp();
    }
    return op.of(fd, unique, file);
  }

  /** After an operation was started: it is not ours any more when it goes its own way. */
  private void started(boolean finished) {
    if (!finished) {
      op = null;
    }
  }

  private void read(FuseFile file) {
    long offset = in.getLong(IN + 8);
    long size = in.getInt(IN + 16) & 0xffffffffL;
    long end = file.size();
    if (offset < 0 || size > MAX_DATA) {
      fail(Errno.EINVAL);
    } else if (offset >= end || size == 0) {
      reply(0);
    } else {
      started(op(file).read(offset, (int) Math.min(size, end - offset)));
    }
  }

  private void write(FuseFile file, int bodyLength) {
    long offset = in.getLong(IN + 8);
    long size = in.getInt(IN + 16) & 0xffffffffL;
    boolean fua = (in.getInt(IN + 32) & O_DSYNC) != 0;
    long end = file.size();
    if (offset < 0 || size > bodyLength - WRITE_IN || size > MAX_DATA) {
      fail(Errno.EINVAL);
    } else if (file.device.readOnly()) {
      fail(Errno.EROFS);
    } else if (size == 0) {
      zeroOut(8);
      reply(8);
    } else if (offset >= end && file.beyondEnd > 0) {
      // what the loop driver writes there instead, see LoopLimits
      zeroOut(8);
      out.putInt(OUT, (int) size);
      reply(8);
    } else if (offset >= end) {
      fail(Errno.ENOSPC);
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
    long offset = in.getLong(IN + 8);
    long length = in.getLong(IN + 16);
    int mode = in.getInt(IN + 24);
    boolean punch = (mode & NativeIo.FALLOC_FL_PUNCH_HOLE) != 0;
    boolean zero = (mode & NativeIo.FALLOC_FL_ZERO_RANGE) != 0;
    long end = file.size();
    if (offset < 0 || length <= 0 || offset + length < 0) {
      fail(Errno.EINVAL);
    } else if (file.device.readOnly()) {
      fail(Errno.EROFS);
    } else if (punch == zero || (mode & ~FALLOC_FL_KNOWN) != 0) {
      // a device's space is not allocated ahead, collapsed or shifted
      fail(Errno.EOPNOTSUPP);
    } else if (punch && !file.device.supportsDiscard()) {
      // rather no discard than one that writes: who must have zeroes then writes them
      fail(Errno.EOPNOTSUPP);
    } else if (punch && discardIsMeant(file)) {
      started(op(file).discard(offset, Math.min(length, Math.max(0, end - offset))));
    } else if (!file.device.supportsWriteZeroes() || offset >= end && file.beyondEnd > 0) {
      fail(Errno.EOPNOTSUPP);
    } else if (offset >= end || (zero && offset + length > end)) {
      fail(Errno.ENOSPC);
    } else {
      started(op(file).zero(offset, Math.min(length, end - offset), punch));
    }
  }

  /**
   * Whether a hole in the file is a discard of the device, and need not read as zeroes after it.
   */
  private boolean discardIsMeant(FuseFile file) {
    return file.loopPunchesOnlyDiscards && in.getLong(IN) == FuseFile.LOOP_HANDLE;
  }

  private void lookup(long node, int bodyLength) {
    int end = IN;
    while (end < IN + bodyLength && in.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - IN];
    in.get(IN, bytes);
    FuseFile file =
        node == FuseProtocol.ROOT
            ? session.tree.find(new String(bytes, StandardCharsets.ISO_8859_1))
            : null;
    if (found(file)) {
      // no timeouts: a name may stand for another device next time, and sizes change
      zeroOut(40 + ATTR);
      out.putLong(OUT, file.node);
      attributes(OUT + 40, file);
      reply(40 + ATTR);
    }
  }

  private void getattr(long node, FuseFile file) {
    if (node == FuseProtocol.ROOT || found(file)) {
      zeroOut(16 + ATTR);
      attributes(OUT + 16, file);
      reply(16 + ATTR);
    }
  }

  /** A size that is the present one is fine, times are ignored, everything else is refused. */
  private void setattr(long node, FuseFile file) {
    int valid = in.getInt(IN);
    int owner = 7;
    if (node != FuseProtocol.ROOT && !found(file)) {
      return;
    }
    boolean opensTruncating = (valid & FuseProtocol.FATTR_SIZE) != 0 && in.getLong(IN + 16) == 0;
    if ((valid & owner) != 0) {
      fail(Errno.EPERM);
    } else if ((valid & FuseProtocol.FATTR_SIZE) != 0
        && !opensTruncating
        && (file == null || in.getLong(IN + 16) != file.size())) {
      fail(Errno.EPERM);
    } else {
      getattr(node, file);
    }
  }

  /** Attributes of a file, or of the root when it is null, into zeroed room. */
  private void attributes(int at, FuseFile file) {
    if (file == null) {
      out.putLong(at, FuseProtocol.ROOT);
      out.putInt(at + 60, 040700);
      out.putInt(at + 64, 2);
    } else {
      long size = file.shownSize();
      out.putLong(at, file.node);
      out.putLong(at + 8, size);
      out.putLong(at + 16, size >> 9);
      out.putInt(at + 60, 0100600);
      out.putInt(at + 64, 1);
    }
    out.putInt(at + 80, 4096);
  }

  private void open(FuseFile file, int thread) {
    if (found(file)) {
      file.opens.incrementAndGet();
      zeroOut(16);
      boolean ours = thread != 0 && Files.exists(Path.of("/proc/self/task/" + thread));
      out.putLong(OUT, ours ? FuseFile.LOOP_HANDLE : 0);
      // no page cache of the file's own: users of the file, of the loop device and of NBD see the
      // same bytes, and a table swap leaves nothing stale
      out.putInt(OUT + 8, FuseProtocol.FOPEN_DIRECT_IO | FuseProtocol.FOPEN_PARALLEL_DIRECT_WRITES);
      reply(16);
    }
  }

  private void ioctl(FuseFile file) {
    if (!found(file)) {
      return;
    }
    long command = in.getInt(IN + 12) & 0xffffffffL;
    int room = in.getInt(IN + 28);
    if (command == BLKGETSIZE64 && room >= 8) {
      zeroOut(24);
      out.putLong(OUT + 16, file.size());
      reply(24);
    } else if (command == BLKGETSIZE && room >= 8) {
      zeroOut(24);
      out.putLong(OUT + 16, file.size() >> 9);
      reply(24);
    } else {
      fail(Errno.ENOTTY);
    }
  }

  private void statfs(FuseFile file) {
    int block = file == null ? 4096 : file.fileSystemBlock();
    zeroOut(80);
    out.putInt(OUT + 40, block);
    out.putInt(OUT + 44, 255);
    out.putInt(OUT + 48, block);
    reply(80);
  }

  private void readdir() {
    int room = Math.min(REPLY_ROOM - OUT, Math.max(0, in.getInt(IN + 16)));
    int length = 0;
    for (FuseFile file = session.tree.atOrAfter(in.getLong(IN + 8));
        file != null;
        file = session.tree.atOrAfter(FuseTree.index(file) + 1)) {
      byte[] name = file.name.getBytes(StandardCharsets.ISO_8859_1);
      int entry = 24 + name.length + 7 & ~7;
      if (length + entry > room) {
        break;
      }
      int at = OUT + length;
      out.putLong(at, file.node);
      out.putLong(at + 8, FuseTree.index(file) + 1);
      out.putInt(at + 16, name.length);
      out.putInt(at + 20, 8);
      out.put(at + 24, name);
      length += entry;
    }
    reply(length);
  }

  private void init() {
    int major = in.getInt(IN);
    if (major != FuseProtocol.MAJOR || in.getInt(IN + 4) < FuseProtocol.MINOR) {
      LOG.error("the kernel's FUSE is {}.{}, too old", major, in.getInt(IN + 4));
      fail(Errno.EPROTO);
      return;
    }
    int wanted =
        FuseProtocol.INIT_ASYNC_READ
            | FuseProtocol.INIT_BIG_WRITES
            | FuseProtocol.INIT_ASYNC_DIO
            | FuseProtocol.INIT_PARALLEL_DIROPS
            | FuseProtocol.INIT_MAX_PAGES;
    zeroOut(64);
    out.putInt(OUT, FuseProtocol.MAJOR);
    out.putInt(OUT + 4, FuseProtocol.MINOR);
    out.putInt(OUT + 8, in.getInt(IN + 8));
    out.putInt(OUT + 12, wanted & in.getInt(IN + 12));
    out.putShort(OUT + 16, (short) session.maxBackground);
    out.putShort(OUT + 18, (short) (session.maxBackground / 4 * 3));
    out.putInt(OUT + 20, MAX_DATA);
    out.putInt(OUT + 24, 1);
    out.putShort(OUT + 28, (short) FuseProtocol.MAX_PAGES);
    reply(64);
  }

  private void zeroOut(int length) {
    for (int i = 0; i < length; i += 8) {
      out.putLong(OUT + i, 0);
    }
  }

  private void reply(int length) {
    out.putInt(0, OUT_HEADER + length);
    out.putInt(4, 0);
    out.putLong(8, unique);
    session.reply(fd, outMemory.data(), OUT_HEADER + length);
  }

  private void fail(Errno errno) {
    out.putInt(0, OUT_HEADER);
    out.putInt(4, -errno.number());
    out.putLong(8, unique);
    session.reply(fd, outMemory.data(), OUT_HEADER);
  }
}
