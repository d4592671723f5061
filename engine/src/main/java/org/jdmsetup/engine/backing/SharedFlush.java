package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.aio.FileOperation;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;

/**
 * The flushes of one file. One fdatasync(2) is under way at a time, and answers all requests that
 * had come before it began; what comes meanwhile waits for the next one.
 */
final class SharedFlush extends FileOperation {
  private final FileIo io;

  // guarded by this object's monitor

  private RequestList served = new RequestList();
  private final RequestList waiting = new RequestList();

  /** An empty list for the next flush; null while its requests are being completed. */
  private RequestList spare = new RequestList();

  private boolean underWay;
  private long count;

  SharedFlush(FileIo io) {
    this.io = io;
  }

  /**
   * Completes a request once all that has been written to the file by now is durable.
   *
   * @param loop the calling thread's
   */
  void add(EventLoop loop, Request request) {
    synchronized (this) {
      waiting.add(request);
      if (underWay) {
        return;
      }
      begin();
    }
    loop.start(this);
  }

  /** How many flushes there were. */
  synchronized long count() {
    return count;
  }

  private void begin() {
    underWay = true;
    count++;
    served.addAll(waiting);
    sync(io.descriptor());
  }

  @Override
  protected void completed(int result) {
    RequestList answered;
    boolean again;
    synchronized (this) {
      answered = served;
      served = spare == null ? new RequestList() : spare;
      spare = null;
      again = !waiting.isEmpty();
      underWay = false;
      if (again) {
        begin();
      }
    }
    if (again) {
      EventLoop.current().start(this);
    }
    answered.complete(Outcome.of(-result));
    synchronized (this) {
      spare = answered;
    }
  }
}
