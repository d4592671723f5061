package org.jdmsetup.engine.expose.nbd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.RetryingThreadPool;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.expose.Exports;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.engine.nativeio.UnixSocket;
import org.jdmsetup.ioctl.system.Linux;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All devices over NBD on one Unix socket, the export's name being the device's; the empty name
 * means the only device, and none if there are several. Needs no privilege and no kernel feature.
 */
public final class NbdServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NbdServer.class);

  /** While clients choose their exports; afterwards a loop serves them. */
  private static final RetryingThreadPool NEGOTIATIONS = new RetryingThreadPool("nbd");

  private static final int RETRY_MILLIS = 100;

  private final Path path;
  private final Exports exports;
  private final EventLoops loops;
  private final EventLoop acceptor;
  private final UnixSocket socket;
  private final EventLoop.Watch watch;
  private final IoBufferPool buffers = new IoBufferPool(32 << 20);
  private final Set<NbdConnection> connections = ConcurrentHashMap.newKeySet();
  private long count;

  /**
   * Listens until {@link #close}. A socket that lies there, left by a daemon that was killed, is
   * replaced; that no other daemon lives is the caller's to know.
   *
   * @param path where, at most about 100 bytes long; gets mode 0600
   * @param loops serve the clients
   */
  public NbdServer(Path path, Exports exports, EventLoops loops) throws IOException {
    this.path = path;
    this.exports = exports;
    this.loops = loops;
    Files.deleteIfExists(path);
    UnixSocket listening = null;
    try {
      listening = UnixSocket.listen(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      socket = listening;
      acceptor = loops.next();
      watch = acceptor.watch(socket.descriptor(), Linux.EPOLLIN, flags -> accept());
    } catch (IOException e) {
      if (listening != null) {
        listening.close();
      }
      throw new IOException("listening on " + path + ": " + e.getMessage(), e);
    }
  }

  private void accept() {
    try {
      for (UnixSocket client = socket.accept(); client != null; client = socket.accept()) {
        serve(client);
      }
    } catch (IOException e) {
      // too many open files, most likely
      LOG.error("accepting an NBD connection: {}", e.getMessage());
      pause();
    }
  }

  /** Accepts nothing for a while: what is refused now would be tried at once, again and again. */
  private void pause() {
    watch.change(0);
    NEGOTIATIONS.execute(
        new RetryingThreadPool.Task() {
          @Override
          public void run() {
            Uninterruptibly.sleep(RETRY_MILLIS);
            watch.change(Linux.EPOLLIN);
          }
        });
  }

  private void serve(UnixSocket client) {
    String name = "nbd-" + ++count;
    NbdConnection[] self = new NbdConnection[1];
    NbdConnection connection =
        new NbdConnection(
            client, loops.next(), exports, buffers, name, () -> connections.remove(self[0]));
    self[0] = connection;
    connections.add(connection);
    NEGOTIATIONS.execute(
        new RetryingThreadPool.Task() {
          @Override
          public void run() {
            connection.negotiate();
          }
        });
  }

  /** Closes the socket and hangs up on all clients; requests under way still complete. */
  @Override
  public void close() throws IOException {
    CountDownLatch closed = new CountDownLatch(1);
    acceptor.execute(
        new LoopTask() { // where no client is accepted meanwhile
          @Override
          protected void run() {
            watch.close();
            socket.close();
            connections.forEach(NbdConnection::hangUp);
            closed.countDown();
          }
        });
    Uninterruptibly.await(closed);
    Files.deleteIfExists(path);
  }
}
