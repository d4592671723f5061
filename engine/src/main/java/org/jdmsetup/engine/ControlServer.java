package org.jdmsetup.engine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a Unix socket and gives each client a thread. Only the user whose daemon this is and
 * root may connect.
 */
final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int BACKLOG = 1024;
  private static final int PAUSE_MILLIS = 100;

  private final Path socket;
  private final ServerSocketChannel server;
  private final Function<SocketChannel, Runnable> handler;
  private final UserPrincipal owner;
  private final UserPrincipal root;
  private final AtomicInteger connections = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(DaemonThreads.named("control"));

  /**
   * Binds the socket, mode 0600. Clients are served after {@link #start}.
   *
   * @param handler makes of an accepted client what serves it; runs it to its end
   */
  ControlServer(Path socket, Function<SocketChannel, Runnable> handler) throws IOException {
    this.socket = socket;
    this.handler = handler;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
    } catch (IOException e) {
      server.close();
      throw new IOException("listening on " + socket + ": " + e.getMessage(), e);
    }
    try {
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      owner = Files.getOwner(socket);
      root = Files.getOwner(Path.of("/proc/1")); // by number: there may be no such name
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  void start() {
    DaemonThreads.of(this::accept, "accept").start();
  }

  private void accept() {
    while (true) {
      try {
        serveOnThread(server.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.error("a client could not be accepted", e);
        Uninterruptibly.sleep(PAUSE_MILLIS); // out of descriptors, most likely
      } catch (Throwable thrown) {
        Faults.log("accepting a client", thrown); // those who come later must be served
        Uninterruptibly.sleep(PAUSE_MILLIS);
      }
    }
  }

  private void serveOnThread(SocketChannel client) throws IOException {
    connections.incrementAndGet();
    try {
      threads.execute(() -> serve(client));
    } catch (OutOfMemoryError e) {
      // no more threads for now; those who come later must be served
      connections.decrementAndGet();
      client.close();
      throw new IOException(e);
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      UserPrincipal peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
      if (peer.equals(owner) || peer.equals(root)) {
        handler.apply(client).run();
      } else {
        LOG.warn("refused a client of user {}", peer);
      }
    } catch (IOException e) {
      LOG.warn("a client was lost", e);
    } catch (Throwable thrown) {
      Faults.log("serving a client", thrown);
    } finally {
      connections.decrementAndGet();
    }
  }

  /** How many clients there are. */
  int connections() {
    return connections.get();
  }

  /** Accepts no more clients and takes the socket away. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(socket);
      server.close();
    } catch (IOException e) {
      LOG.warn("{} stays", socket, e);
    }
  }
}
