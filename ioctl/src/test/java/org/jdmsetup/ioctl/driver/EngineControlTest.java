package org.jdmsetup.ioctl.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's end of the socket, against a small server in place of the daemon. */
@Timeout(60)
class EngineControlTest {
  private static final EngineWire.ClientHello HELLO =
      new EngineWire.ClientHello(true, "/home/me", "/dev/mapper");
  private static final EngineWire.DaemonHello DAEMON =
      new EngineWire.DaemonHello(
          7, true, ProductVersion.engineDescription(5, RunDirectory.at(Path.of("/run/none"))), "");

  @TempDir Path temporary;
  private RunDirectory directory;
  private ServerSocketChannel listener;
  private final List<Thread> threads = new ArrayList<>();
  private int starts;

  @BeforeEach
  void setUp() {
    directory = RunDirectory.at(temporary.resolve("run"));
  }

  @AfterEach
  void tearDown() throws Exception {
    if (listener != null) {
      listener.close();
    }
    for (Thread thread : threads) {
      thread.join(10_000);
      assertFalse(thread.isAlive());
    }
  }

  private interface Conversation {
    void with(SocketChannel client) throws IOException;
  }

  private void serve(Conversation... conversations) throws IOException {
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(directory.controlSocket()));
    Thread server =
        new Thread(
            () -> {
              for (Conversation conversation : conversations) {
                try (SocketChannel client = listener.accept()) {
                  conversation.with(client);
                } catch (IOException e) {
                  return; // the test has closed the listener
                }
              }
            });
    threads.add(server);
    server.start();
  }

  private static void greet(SocketChannel client) throws IOException {
    greet(client, DAEMON);
  }

  private static void greet(SocketChannel client, EngineWire.DaemonHello daemon)
      throws IOException {
    assertEquals(HELLO, EngineWire.readClientHello(client));
    EngineWire.writeHello(client, daemon);
  }

  /** Plays a daemon: what a start does, and what it says. */
  private EngineProcess process(String line, Conversation... conversations) {
    return new EngineProcess() {
      @Override
      String start(RunDirectory ignored) throws IOException {
        starts++;
        if (conversations.length > 0) {
          Files.deleteIfExists(directory.controlSocket());
          serve(conversations);
        }
        return line;
      }
    };
  }

  private EngineControl open(EngineProcess process) throws DriverUnavailableException {
    return EngineControl.open(directory, HELLO, process, EngineControl.GREETING_MILLIS);
  }

  @Test
  void startsADaemonWhereThereIsNone() throws Exception {
    try (EngineControl engine = open(process("", EngineControlTest::greet))) {
      assertTrue(engine.started());
      assertEquals(7, engine.major());
      assertTrue(engine.blockNodes());
      assertEquals(
          "A background process provides the devices: " + DAEMON.description() + ".",
          engine.notice());
    }
    assertEquals(1, starts);
  }

  @Test
  void usesTheDaemonThatIsThere() throws Exception {
    directory.create();
    serve(EngineControlTest::greet);
    try (EngineControl engine = open(process("not needed"))) {
      assertFalse(engine.started());
    }
    assertEquals(0, starts);
  }

  @Test
  void startsADaemonWhereAKilledOneLeftItsSocket() throws Exception {
    directory.create();
    serve();
    listener.close();
    assertTrue(Files.exists(directory.controlSocket()));
    open(process("", EngineControlTest::greet)).close();
    assertEquals(1, starts);
  }

  @Test
  void triesAgainWhenTheDaemonGoesWhileItGreets() throws Exception {
    directory.create();
    serve(EngineWire::readClientHello, EngineControlTest::greet);
    open(process("lost the race")).close();
  }

  @Test
  void tellsWhyADaemonGaveUp() {
    DriverUnavailableException e =
        assertThrows(DriverUnavailableException.class, () -> open(process("no FUSE here")));
    assertEquals(List.of("Failure to communicate with the jdmsetup engine."), e.lines());
    assertEquals(List.of("no FUSE here"), e.reason());
  }

  @Test
  void carriesRequestsAndAnswers() throws Exception {
    directory.create();
    serve(
        client -> {
          greet(client);
          EngineWire.Request request = EngineWire.readRequest(client);
          assertEquals(DmCommand.DEV_STATUS.number(), request.command());
          DmBuffer reply = wrapped(request);
          assertEquals("vol", reply.name());
          reply.beginReply();
          reply.uuid("U");
          EngineWire.writeAnswer(client, 0, reply, reply.dataSize(), "");
          request = EngineWire.readRequest(client);
          EngineWire.writeAnswer(
              client, Errno.EINVAL.number(), wrapped(request), 12, "r\u00e9ason \u2026");
          assertNull(EngineWire.readRequest(client));
        });
    try (EngineControl engine = open(process("not needed"))) {
      DmBuffer buffer = DmBuffer.allocate(16384);
      buffer.name("vol");
      assertEquals(0, engine.call(DmCommand.DEV_STATUS, buffer.bytes()));
      assertEquals("U", buffer.uuid());
      assertEquals(DmBuffer.MIN_SIZE, buffer.dataSize());
      assertEquals(
          Errno.EINVAL.number(), engine.call(DmCommand.DEV_STATUS, DmBuffer.allocate(312).bytes()));
      assertEquals("r\u00c3\u00a9ason \u00e2\u0080\u00a6", engine.reason(), "UTF-8, as byte text");
    }
  }

  @Test
  void aDaemonOfAnotherVersionIsNamedWhereThatMayBeWhy() throws Exception {
    directory.create();
    int[] errors = {Errno.ENXIO.number(), Errno.EINVAL.number()};
    serve(
        client -> {
          greet(
              client,
              new EngineWire.DaemonHello(
                  7, true, "jdmsetup engine 0.0.1, pid 17, in /run/jdmsetup", ""));
          for (int errno : errors) {
            EngineWire.Request request = EngineWire.readRequest(client);
            EngineWire.writeAnswer(client, errno, wrapped(request), 12, "a reason");
          }
        });
    try (EngineControl engine = open(process("not needed"))) {
      for (int errno : errors) {
        assertEquals(errno, engine.call(DmCommand.DEV_STATUS, DmBuffer.allocate(312).bytes()));
        String said = ByteText.unicode(engine.reason());
        assertTrue(said.startsWith("a reason"), said);
        boolean named =
            said.contains(
                    "daemon is jdmsetup 0.0.1, this command is jdmsetup " + ProductVersion.ours())
                && said.contains("kill 17");
        assertEquals(errno == Errno.EINVAL.number(), named, said);
      }
    }
  }

  private static DmBuffer wrapped(EngineWire.Request request) throws IOException {
    try {
      return DmBuffer.wrap(request.bytes());
    } catch (MalformedBufferException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aLostConnectionIsAnInputOutputErrorForGood() throws Exception {
    directory.create();
    serve(
        client -> {
          greet(client);
          EngineWire.readRequest(client);
        });
    try (EngineControl engine = open(process("not needed"))) {
      for (int i = 0; i < 2; i++) {
        assertEquals(
            Errno.EIO.number(), engine.call(DmCommand.DEV_WAIT, DmBuffer.allocate(312).bytes()));
        assertTrue(engine.reason().contains("the connection to the engine was lost"));
      }
    }
  }

  @Test
  void refusesSomethingElseBehindTheSocket() throws Exception {
    directory.create();
    serve(
        client -> {
          EngineWire.readClientHello(client);
          client.write(ByteBuffer.wrap(ByteText.bytes("HTTP/1.1 400 ")));
        });
    DriverUnavailableException e =
        assertThrows(DriverUnavailableException.class, () -> open(process("not needed")));
    assertTrue(e.reason().get(0).contains("expected 0x314d444a"), e.reason().toString());
  }

  @Test
  void doesNotWaitForeverForAGreeting() throws Exception {
    directory.create();
    serve(
        client -> {
          EngineWire.readClientHello(client);
          assertEquals(-1, client.read(ByteBuffer.allocate(1)), "the client has gone");
        });
    DriverUnavailableException e =
        assertThrows(
            DriverUnavailableException.class,
            () -> EngineControl.open(directory, HELLO, process("not needed"), 200));
    assertTrue(e.reason().get(0).contains("did not greet within 200 ms"), e.reason().toString());
  }
}
