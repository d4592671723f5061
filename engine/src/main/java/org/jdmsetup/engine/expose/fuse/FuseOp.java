package org.jdmsetup.engine.expose.fuse;

import static org.jdmsetup.engine.expose.fuse.FuseProtocol.OUT_HEADER;

import java.nio.ByteBuffer;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/**
 * One READ, WRITE, FSYNC or FALLOCATE of the FUSE mount on its way through a device. Usually all of
 * it happens on the worker's thread; when the device keeps a request for later, or the {@link
 * WriteGate} does, the operation lives on by itself and answers from the thread that completes it.
 *
 * <p>A range that does not start and end on the device's logical blocks is read, merged and written
 * in steps: the partial block at the head, the whole blocks, the partial block at the tail.
 *
 * <p>An operation has a buffer for its data, which goes back to the pool when the answer is sent.
 */
final class FuseOp extends IntrusiveQueue.Link<FuseOp> implements Request.CompletionListener {

  private static final int HEAD_READ = 0;
  private static final int HEAD_WRITE = 1;
  private static final int BODY = 2;
  private static final int TAIL_READ = 3;
  private static final int TAIL_WRITE = 4;
  private static final int DONE = 5;

  private final FuseSession session;
  private final Request request = new Request(this);

  private int fd;
  private long unique;
  private FuseFile file;
  private IoBuffer buffer;

  private Request.Op kind;
  private boolean fua;
  private boolean mayUnmap;
  private int blockMask;

  /** The range in bytes, and where its whole blocks begin and end. */
  private long from;

  private long to;
  private long headEnd;
  private long bodyEnd;

  /** Where in memory the block that holds {@link #from} starts, and a block to merge in. */
  private long data;

  private long scratch;

  private int step;
  private boolean inGate;

  FuseOp(FuseSession session) {
    this.session = session;
  }

  /** Says which message is answered; comes first. */
  FuseOp prepare(int fd, long unique, FuseFile file) {
    this.fd = fd;
    this.unique = unique;
    this.file = file;
    blockMask = file.device.logicalBlockSize() - 1;
    fua = false;
    mayUnmap = false;
    step = HEAD_READ;
    return this;
  }

  /**
   * Reads a range within the device. Like the methods below, returns true if the request is
   * answered and this object can be reused, false if it will be answered later by whoever completes
   * it.
   */
  boolean read(long offset, int length) {
    kind = Request.Op.READ;
    // the blocks around the range are read; the answer is cut from the middle
    from = offset;
    to = offset + length;
    long start = offset & ~blockMask;
    int whole = (int) ((to + blockMask & ~blockMask) - start);
    buffer = session.buffers.take(whole);
    data = buffer.data();
    headEnd = start;
    bodyEnd = start + whole;
    step = BODY;
    return run(true);
  }

  /** Writes data that lies in the receive buffer, copying it. */
  boolean write(long offset, int length, boolean fua, long source) {
    range(Request.Op.WRITE, offset, length);
    int skip = (int) offset & blockMask;
    int whole = skip + length + blockMask & ~blockMask;
    buffer = session.buffers.take(partial() ? whole + blockMask + 1 : whole);
    data = buffer.data();
    scratch = data + whole;
    NativeIo.C.memcpy(data + skip, source, length);
    this.fua = fua;
    return enter();
  }

  /** Writes whole blocks from the receive buffer itself, which now belongs to the operation. */
  boolean writeFrom(IoBuffer receive, long offset, int length, boolean fua) {
    range(Request.Op.WRITE, offset, length);
    buffer = receive;
    data = receive.data();
    this.fua = fua;
    return enter();
  }

  boolean zero(long offset, long length, boolean mayUnmap) {
    range(Request.Op.WRITE_ZEROES, offset, length);
    buffer = session.buffers.take(blockMask + 1);
    scratch = buffer.data();
    this.mayUnmap = mayUnmap;
    return enter();
  }

  /**
   * Discards the whole blocks of a range in two requests: first up to the next multiple of the
   * device's discard granularity, then the rest, as the kernel's block layer cuts a discard for a
   * real device. It cuts those for the loop device, too, but may merge them again before the loop
   * driver gets them.
   */
  boolean discard(long offset, long length) {
    range(Request.Op.DISCARD, offset, length);
    from = headEnd;
    to = bodyEnd;
    buffer = session.buffers.take(0);
    data = buffer.data();
    return enter();
  }

  boolean flush() {
    kind = Request.Op.FLUSH;
    from = 0;
    to = 0;
    buffer = session.buffers.take(0);
    data = buffer.data();
    step = BODY;
    return run(true);
  }

  private void range(Request.Op kind, long offset, long length) {
    this.kind = kind;
    from = offset;
    to = offset + length;
    headEnd = Math.min(to, from + blockMask & ~blockMask);
    bodyEnd = Math.max(headEnd, to & ~blockMask);
  }

  /** Whether part of a block is changed, so that other writes must keep out meanwhile. */
  boolean partial() {
    return headEnd != from || bodyEnd != to;
  }

  private boolean enter() {
    inGate = true; // before another thread may resume it
    return file.gate.enter(this) && run(true);
  }

  /** The gate lets a queued operation pass. */
  void resume() {
    run(false);
  }

  @Override
  public void completed(Request done) {
    Outcome ended = effectiveOutcome();
    if (!ended.isDone()) {
      finish(ended);
      session.releaseOp(this);
    } else {
      run(false);
    }
  }

  /**
   * Goes on with the next steps as long as they complete at once. Whatever is thrown meanwhile, the
   * operation is answered, and gives back what it has.
   *
   * @param worker whether the caller takes the operation back when it is finished
   * @return whether it is finished
   */
  private boolean run(boolean worker) {
    FuseFile target = file;
    Outcome outcome = Outcome.DONE;
    try {
      while (outcome.isDone() && start()) {
        request.submitTo(target.device);
        if (request.detach()) {
          // from here on the completing thread may use every field
          target.defers = true;
          return false;
        }
        outcome = effectiveOutcome();
      }
    } catch (Throwable thrown) {
      Faults.log("a FUSE request", thrown); // its own steps: nothing is under way
      outcome = Outcome.EIO;
    }
    if (worker && target.defers) {
      target.defers = false;
    }
    finish(outcome);
    if (!worker) {
      session.releaseOp(this);
    }
    return true;
  }

  /**
   * The request's outcome as far as it concerns the operation: EOPNOTSUPP counts as success for a
   * discard, as in the kernel's block layer: the device can discard, only a part of it cannot. An
   * error would make the loop driver stop discarding.
   */
  private Outcome effectiveOutcome() {
    Outcome outcome = request.outcome();
    return kind == Request.Op.DISCARD && outcome.is(Errno.EOPNOTSUPP) ? Outcome.DONE : outcome;
  }

  /** Makes the request for the next step; false when none is left. */
  private boolean start() {
    while (true) {
      switch (step) {
        case HEAD_READ -> {
          step = headEnd > from ? HEAD_WRITE : BODY;
          if (step == HEAD_WRITE) {
            return block(Request.Op.READ, from & ~blockMask);
          }
        }
        case HEAD_WRITE -> {
          step = BODY;
          merge(from, headEnd);
          return block(Request.Op.WRITE, from & ~blockMask);
        }
        case BODY -> {
          step = kind == Request.Op.READ || kind == Request.Op.FLUSH ? DONE : TAIL_READ;
          if (kind == Request.Op.FLUSH) {
            request.start(kind, 0, 0, 0);
            return true;
          }
          if (kind == Request.Op.DISCARD && bodyEnd > headEnd) {
            startDiscard();
            return true;
          }
          if (bodyEnd > headEnd) {
            long address = data + (headEnd - (from & ~blockMask));
            request.start(
                kind, Sectors.fromBytes(headEnd), Sectors.fromBytes(bodyEnd - headEnd), address);
            request.fua(fua).mayUnmap(mayUnmap);
            return true;
          }
        }
        case TAIL_READ -> {
          step = to > bodyEnd ? TAIL_WRITE : DONE;
          if (step == TAIL_WRITE) {
            return block(Request.Op.READ, bodyEnd);
          }
        }
        case TAIL_WRITE -> {
          step = DONE;
          merge(bodyEnd, to);
          return block(Request.Op.WRITE, bodyEnd);
        }
        default -> {
          return false;
        }
      }
    }
  }

  private void startDiscard() {
    long unit = file.fileSystemBlock();
    long end = Math.min(bodyEnd, (headEnd + unit - 1) / unit * unit);
    if (end == headEnd) {
      end = bodyEnd;
    } else {
      step = BODY;
    }
    request.start(kind, Sectors.fromBytes(headEnd), Sectors.fromBytes(end - headEnd), data);
    from = end;
    headEnd = end;
  }

  private boolean block(Request.Op op, long start) {
    request
        .start(op, Sectors.fromBytes(start), Sectors.fromBytes(blockMask + 1), scratch)
        .fua(fua && op == Request.Op.WRITE);
    return true;
  }

  /** Puts what is to be written into the block that was read. */
  private void merge(long start, long end) {
    long target = scratch + (start & blockMask);
    if (kind == Request.Op.WRITE) {
      NativeIo.C.memcpy(target, data + (start - (from & ~blockMask)), end - start);
    } else {
      NativeIo.C.memset(target, 0, end - start);
    }
  }

  private void finish(Outcome outcome) {
    // the reply goes into the headroom, for a read right before the bytes asked for
    long address = buffer.data() - 64;
    int length = OUT_HEADER;
    if (outcome.isDone() && kind == Request.Op.READ) {
      address = data + ((int) from & blockMask) - OUT_HEADER;
      length += (int) (to - from);
    } else if (outcome.isDone() && kind == Request.Op.WRITE) {
      length += FuseProtocol.WRITE_OUT;
    }
    ByteBuffer b = buffer.bytes();
    int at = IoBuffer.HEADROOM + (int) (address - buffer.data());
    b.putInt(at + FuseProtocol.OUT_LENGTH, length);
    b.putInt(at + FuseProtocol.OUT_ERROR, -outcome.number());
    b.putLong(at + FuseProtocol.OUT_UNIQUE, unique);
    if (kind == Request.Op.WRITE) {
      b.putLong(at + OUT_HEADER, to - from);
    }
    try {
      session.reply(fd, address, length);
    } catch (Throwable thrown) {
      Faults.log("the answer to a FUSE request", thrown);
    }
    session.buffers.release(buffer);
    buffer = null;
    if (inGate) {
      inGate = false;
      file.gate.leave(this);
    }
  }
}
