package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.aio.FileOperation;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/**
 * A READ or WRITE on its way to an open file or disk and back, on an event loop: as many operations
 * as it takes until all bytes have been transferred. Reused, by the loop's thread alone.
 */
final class FileTransfer extends FileOperation {

  /** Those that are not in use, of the calling thread. */
  private static final ThreadLocal<IntrusiveQueue<LoopTask>> FREE =
      ThreadLocal.withInitial(IntrusiveQueue::new);

  private OpenedBacking backing;
  private Request request;
  private FileIo.Way way;
  private boolean write;
  private int fd;
  private long address;
  private int left;
  private long offset;
  private boolean begun;

  private FileTransfer() {}

  /**
   * Starts a transfer, which completes the request.
   *
   * @param loop the calling thread's
   * @param way how it goes, which this ends
   */
  static void start(EventLoop loop, OpenedBacking backing, Request request, FileIo.Way way) {
    FileTransfer free = (FileTransfer) FREE.get().poll();
    FileTransfer transfer = free == null ? new FileTransfer() : free;
    transfer.backing = backing;
    transfer.request = request;
    transfer.way = way;
    transfer.write = request.op() == Request.Op.WRITE;
    transfer.fd = way == FileIo.Way.BUFFERED ? backing.io.descriptor() : backing.io.direct();
    transfer.address = request.address();
    transfer.left = (int) Sectors.toBytes(request.sectors());
    transfer.offset = Sectors.toBytes(request.sector());
    transfer.begun = false;
    request.handOver();
    transfer.begin(loop);
  }

  private void begin(EventLoop loop) {
    if (!write && way != FileIo.Way.BUFFERED) {
      int cached = backing.io.readCached(address, left, offset);
      if (cached == left) {
        end(loop, Outcome.DONE);
        return;
      }
      int whole = cached & -AlignedBuffer.ALIGNMENT; // what is left must be aligned
      address += whole;
      offset += whole;
      left -= whole;
    }
    next(loop);
  }

  private void next(EventLoop loop) {
    transfer(write, fd, address, left, offset);
    loop.start(this);
  }

  @Override
  protected void completed(int result) {
    if (result == -Errno.EINVAL.number() && begun && way != FileIo.Way.BUFFERED) {
      begun = false;
      fd = backing.io.descriptor(); // the rest of a short transfer is not aligned any more
      next(loop());
    } else if (result < 0) {
      end(loop(), Outcome.of(-result));
    } else if (result == 0) {
      end(loop(), Outcome.EIO); // the file has become shorter than what is mapped
    } else if (result < left) {
      begun = true;
      address += result;
      offset += result;
      left -= result;
      next(loop());
    } else {
      end(loop(), Outcome.DONE);
    }
  }

  private void end(EventLoop loop, Outcome outcome) {
    Request ended = request;
    OpenedBacking of = backing;
    of.io.leave(way);
    request = null;
    backing = null;
    FREE.get().addFirst(this);
    of.transferred(loop, ended, outcome);
  }
}
