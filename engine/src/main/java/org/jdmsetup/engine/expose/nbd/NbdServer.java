package org.jdmsetup.engine.expose.nbd;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.expose.Exports;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All devices over NBD on one Unix socket, the export's name being the device's; the empty name
 * means the only device. Needs no privilege and no kernel feature.
 */
public final class NbdServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NbdServer.class);

  private static final int MAX_CONNECTIONS = 256;

  private final Path socket;
  private final Exports exports;
  private final ServerSocketChannel server;
  private final IoBufferPool buffers = new IoBufferPool(32 << 20);
  private final Set<NbdConnection> connections = ConcurrentHashMap.newKeySet();

  /**
   * Listens, on threads of its own, until {@link #close}. A socket that lies there already is
   * replaced.
   *
   * @param socket where, at most about 100 bytes long; gets mode 0600
   */
  public NbdServer(Path socket, Exports exports) throws IOException {
    this.socket = socket;
    this.exports = exports;
    Files.deleteIfExists(socket);
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw new IOException("listening on " + socket + ": " + e.getMessage(), e);
    }
    DaemonThreads.of(this::accept, "nbd").start();
  }

  private void accept() {
    for (long count = 1; ; count++) {
      try {
        SocketChannel client = server.accept();
        if (connections.size() >= MAX_CONNECTIONS) {
          LOG.warn("more than {} NBD connections: the newest is closed", MAX_CONNECTIONS);
          client.close();
          continue;
        }
        String name = "nbd-" + count;
        NbdConnection connection = new NbdConnection(client, exports, buffers, name);
        serveOnThread(name, connection);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // too many open files, most likely
        LOG.error("accepting an NBD connection", e);
        Uninterruptibly.sleep(100);
      } catch (Throwable thrown) {
        Faults.tell("accepting an NBD connection", thrown);
        Uninterruptibly.sleep(100);
      }
    }
  }

  private void serveOnThread(String name, NbdConnection connection) throws IOException {
    connections.add(connection);
    try {
      DaemonThreads.of(() -> serve(connection), name).start();
    } catch (OutOfMemoryError e) {
      // no more threads for now; those who come later must be served
      connections.remove(connection);
      connection.hangUp();
      throw new IOException(e);
    }
  }

  private void serve(NbdConnection connection) {
    try {
      connection.run();
    } finally {
      connections.remove(connection);
    }
  }

  /** Closes the socket and hangs up on all clients; requests under way still complete. */
  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
    for (NbdConnection connection : connections) {
      connection.hangUp();
    }
  }
}
