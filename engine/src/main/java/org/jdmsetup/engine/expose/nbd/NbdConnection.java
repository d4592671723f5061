package org.jdmsetup.engine.expose.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.expose.Exports;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.engine.nativeio.UnixSocket;
import org.jdmsetup.ioctl.system.Linux;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. It finds its export on a thread that may wait ({@link #negotiate}); then an event
 * loop takes all requests that have come, submits them, and sends what answers there are, in the
 * order in which devices complete them. Nothing here waits for a device or for the client.
 *
 * <p>Memory: the two stream buffers, and what {@link NbdRequests} allows for requests.
 */
final class NbdConnection {

  private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);

  static final int STREAM_BUFFER = 64 << 10;

  private final UnixSocket socket;
  private final EventLoop loop;
  private final Exports exports;
  private final IoBufferPool buffers;
  private final String name;
  private final Runnable onEnd;

  private IoBuffer inputMemory;
  private IoBuffer outputMemory;
  private Exports.Export export;

  // below: of the loop's thread, once it serves the connection

  private NbdRequests requests;
  private NbdReplies replies;
  private EventLoop.Watch watch;
  private int watchedFor;

  /** Nothing can be sent any more. */
  private boolean broken;

  /** Requests may be here that are not taken, although nothing more has come. */
  private boolean moreInput;

  /** {@link #serve} is at work, and sends what completes meanwhile. */
  private boolean serving;

  private boolean turnIsDue;
  private boolean ended;

  private final LoopTask turn =
      new LoopTask() {
        @Override
        protected void run() {
          turnIsDue = false;
          serve(false);
        }
      };

  /**
   * @param onEnd told when the connection has ended and its device is closed
   */
  NbdConnection(
      UnixSocket socket,
      EventLoop loop,
      Exports exports,
      IoBufferPool buffers,
      String name,
      Runnable onEnd) {
    this.socket = socket;
    this.loop = loop;
    this.exports = exports;
    this.buffers = buffers;
    this.name = name;
    this.onEnd = onEnd;
  }

  BlockDevice device() {
    return export.device();
  }

  EventLoop loop() {
    return loop;
  }

  /** Lets the client choose, waiting for it, and then has the loop serve it. */
  void negotiate() {
    boolean chosen = false;
    try {
      inputMemory = buffers.take(STREAM_BUFFER);
      outputMemory = buffers.take(STREAM_BUFFER);
      NbdInput in = new NbdInput(socket, inputMemory, STREAM_BUFFER);
      NbdHandshake handshake = new NbdHandshake(in, socket, outputMemory, exports);
      export = handshake.run();
      if (export != null) {
        requests = new NbdRequests(this, socket, in, buffers, handshake.allocation());
        replies =
            new NbdReplies(requests, socket, outputMemory, STREAM_BUFFER, handshake.structured());
        watchedFor = Linux.EPOLLIN;
        loop.execute(
            new LoopTask() {
              @Override
              protected void run() {
                begin();
              }
            });
        chosen = true;
      }
    } catch (IOException | RuntimeException | Error thrown) {
      told(thrown);
    }
    if (!chosen) {
      end();
    }
  }

  private void told(Throwable thrown) {
    if (thrown instanceof ProtocolException) {
      LOG.warn("{}: closed: {}", name, thrown.getMessage());
    } else if (thrown instanceof IOException) {
      LOG.debug("{}: gone", name, thrown);
    } else {
      Faults.log("the NBD connection " + name + ", which is closed,", thrown);
    }
  }

  private void begin() {
    try {
      watch = loop.watch(socket.descriptor(), watchedFor, this::ready);
    } catch (IOException e) {
      LOG.error("{}", name, e);
      end();
      return;
    }
    moreInput = true; // requests may have come with the last option
    serve(false);
  }

  private void ready(int flags) {
    if ((flags & (Linux.EPOLLHUP | Linux.EPOLLERR)) != 0) {
      // would be told again and again; what was sent before is read to its end all the same
      watch.close();
      watch = null;
      moreInput = true;
    }
    serve((flags & Linux.EPOLLIN) != 0);
  }

  /**
   * Takes what has come and sends what can be sent.
   *
   * @param readable whether something has come that is not read
   */
  private void serve(boolean readable) {
    if (ended) {
      return;
    }
    serving = true;
    try {
      if (readable || moreInput) {
        moreInput = requests.take(watch == null);
      }
    } catch (EOFException e) {
      LOG.debug("{}: gone", name, e);
      requests.end();
    } catch (IOException | RuntimeException | Error thrown) {
      told(thrown);
      breakOff();
    }
    boolean sent = send();
    serving = false;
    if (requests.haveEnded() && requests.areAnswered() && (broken || sent)) {
      end();
    } else {
      watchFor(sent);
      if (moreInput && requests.mayTakeMore()) {
        turnLater();
      }
    }
  }

  /** An operation is complete; called by itself, on the loop's thread. */
  void completed(NbdOp op) {
    if (broken) {
      requests.answered(op);
    } else {
      replies.add(op);
    }
    if (!serving) {
      turnLater();
    }
  }

  /** Has the loop come back before it waits: to what is not read, and to what was completed. */
  private void turnLater() {
    if (!turnIsDue) {
      turnIsDue = true;
      loop.executeBeforeWait(turn);
    }
  }

  /** Sends as much as the client takes now; whether that is all there is. */
  private boolean send() {
    if (broken) {
      return false;
    }
    try {
      return replies.send();
    } catch (IOException | RuntimeException | Error thrown) {
      told(thrown);
      breakOff();
      return false;
    }
  }

  /** Reads on only if another request may be taken, so that the client waits until then. */
  private void watchFor(boolean sent) {
    boolean reads = !requests.haveEnded() && !moreInput;
    int flags = (reads ? Linux.EPOLLIN : 0) | (sent || broken ? 0 : Linux.EPOLLOUT);
    if (flags != watchedFor && watch != null) {
      watchedFor = flags;
      watch.change(flags);
    }
  }

  /** Neither reads nor sends any more. */
  private void breakOff() {
    requests.end();
    broken = true;
    replies.abandon();
    socket.shutDown();
  }

  /** Gives back what the connection has; the device may be closed then. */
  private void end() {
    ended = true;
    if (watch != null) {
      watch.close();
    }
    socket.close();
    if (inputMemory != null) {
      buffers.release(inputMemory);
    }
    if (outputMemory != null) {
      buffers.release(outputMemory);
    }
    try {
      if (export != null) {
        export.close();
      }
    } finally {
      onEnd.run();
    }
  }

  /** Ends the connection, from any thread: as if the client had gone. */
  void hangUp() {
    socket.shutDown();
  }
}
