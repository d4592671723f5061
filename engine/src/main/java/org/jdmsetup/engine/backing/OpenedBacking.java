package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.Sectors;

/**
 * A backing that the engine has open. On the thread of an event loop, requests become operations of
 * the loop, and complete later; what an event loop has no operation for is done by a thread that
 * may wait. On any other thread, and for files in memory, requests become system calls on that
 * thread and are complete when {@link #submit} returns.
 */
abstract class OpenedBacking implements Backing {
  private static final long MAX_SECTORS = Sectors.fromBytes(Long.MAX_VALUE);

  final FileIo io = new FileIo();
  final SharedFlush flushes = new SharedFlush(io);

  private final Object lock;
  private final Runnable onClosed;
  private int users;

  /** Its size when that was last asked for. */
  private volatile long lastSizeSectors;

  /**
   * @param lock the lock that guards the user count, so that no table takes the backing while it is
   *     being closed
   * @param onClosed run under that lock after the last table has released the backing and it is
   *     closed
   */
  OpenedBacking(Object lock, Runnable onClosed) {
    this.lock = lock;
    this.onClosed = onClosed;
  }

  /**
   * Opens it, or opens it for writing too.
   *
   * @param file a descriptor of it, which stays the caller's
   * @return 0 or the error number
   */
  int open(int file, boolean write) {
    int errno = io.open(file, write);
    if (errno == 0) {
      afterOpen();
    }
    return errno;
  }

  /** Called after each successful opening, to look at what was opened. */
  abstract void afterOpen();

  abstract Outcome discard(long offset, long length);

  abstract Outcome writeZeroes(long offset, long length, boolean mayUnmap, boolean durable);

  @Override
  public boolean readOnly() {
    return !io.writable();
  }

  @Override
  public boolean retain() {
    synchronized (lock) {
      users++;
      return true;
    }
  }

  @Override
  public void release() {
    synchronized (lock) {
      if (--users == 0) {
        close();
        onClosed.run();
      }
    }
  }

  void close() {
    io.close();
  }

  @Override
  public void submit(Request request) {
    EventLoop loop = EventLoop.current();
    if (loop == null || io.isInMemory()) {
      request.complete(serve(request));
      return;
    }
    switch (request.op()) {
      case READ, WRITE -> transfer(loop, request);
      case FLUSH -> flushes.add(loop, request);
      case DISCARD, WRITE_ZEROES -> BlockingRequest.start(this, request);
    }
  }

  private void transfer(EventLoop loop, Request request) {
    Outcome checked = check(request);
    if (!checked.isDone() || request.sectors() == 0) {
      request.complete(checked);
      return;
    }
    long offset = Sectors.toBytes(request.sector());
    FileIo.Way way = io.enter(request.address(), Sectors.toBytes(request.sectors()), offset);
    if (way == FileIo.Way.BLOCKING) {
      BlockingRequest.start(this, request);
    } else {
      FileTransfer.start(loop, this, request, way);
    }
  }

  /** All bytes of a request that {@link #submit} has started are where they belong. */
  void transferred(EventLoop loop, Request request, Outcome outcome) {
    if (request.fua() && request.op() == Request.Op.WRITE && outcome.isDone()) {
      flushes.add(loop, request);
    } else {
      request.complete(outcome);
    }
  }

  /**
   * Some targets are not checked against the sizes of their devices, so requests may lie beyond the
   * end.
   */
  private boolean isBeyondEnd(long end) {
    if (end <= lastSizeSectors) {
      return false;
    }
    lastSizeSectors = sizeSectors(); // it may have grown meanwhile
    return end > lastSizeSectors;
  }

  /** Fails a range that does not lie on the backing, as a file would grow. */
  private Outcome check(Request request) {
    long sector = request.sector();
    long sectors = request.sectors();
    if (sector < 0 || sectors < 0 || sector > MAX_SECTORS - sectors) {
      return Outcome.EIO;
    }
    boolean beyond = sectors > 0 && isBeyondEnd(sector + sectors);
    return beyond ? Outcome.EIO : Outcome.DONE;
  }

  /** Does what a request asks for, waiting for it. */
  Outcome serve(Request request) {
    if (request.op() == Request.Op.FLUSH) {
      return io.flush();
    }
    Outcome checked = check(request);
    if (!checked.isDone() || request.sectors() == 0) {
      return checked;
    }
    long offset = Sectors.toBytes(request.sector());
    long length = Sectors.toBytes(request.sectors());
    return switch (request.op()) {
      case READ -> io.read(request.address(), length, offset);
      case WRITE -> io.write(request.address(), length, offset, request.fua());
      case DISCARD -> discard(offset, length);
      case WRITE_ZEROES -> writeZeroes(offset, length, request.mayUnmap(), request.fua());
      case FLUSH -> throw new AssertionError(); // answered above
    };
  }
}
