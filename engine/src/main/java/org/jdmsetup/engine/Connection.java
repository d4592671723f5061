package org.jdmsetup.engine;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.ioctl.driver.EngineWire;
import org.jdmsetup.tables.ByteText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the control socket: reads its requests one after another and answers them, on a
 * thread of its own. While a request waits for something, the connection also watches whether the
 * client is still there.
 */
final class Connection implements ControlClient, Runnable, ReadableByteChannel {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final SocketChannel channel;
  private final ControlProtocol protocol;
  private final Greeting greeting;
  private EngineWire.ClientHello hello;

  /** A byte that came while nothing was expected. */
  private final ByteBuffer earlyByte = ByteBuffer.allocate(1).limit(0);

  private volatile Selector waitSelector;
  private volatile int armed;

  /** What a connection says and learns before its first request. */
  interface Greeting {
    EngineWire.DaemonHello answer(EngineWire.ClientHello hello);
  }

  Connection(SocketChannel channel, ControlProtocol protocol, Greeting greeting) {
    this.channel = channel;
    this.protocol = protocol;
    this.greeting = greeting;
  }

  /** Serves the client until it goes or says something that is no message. */
  @Override
  public void run() {
    try (channel) {
      hello = EngineWire.readClientHello(this);
      protocol.clientConnected(this);
      EngineWire.writeHello(channel, greeting.answer(hello));
      EngineWire.Request request = EngineWire.readRequest(this);
      while (request != null) {
        answer(request);
        request = EngineWire.readRequest(this);
      }
    } catch (EOFException | ClosedChannelException e) {
      LOG.debug("client gone: {}", e.toString());
    } catch (IOException e) {
      LOG.warn("connection closed: {}", e.getMessage());
    } catch (OutOfMemoryError e) {
      LOG.error("connection closed: a request is larger than memory allows", e);
    }
  }

  private void answer(EngineWire.Request request) throws IOException {
    ControlProtocol.Answer answer;
    try {
      answer =
          request.command() == EngineWire.POLL
              ? protocol.poll(this)
              : protocol.answer(request.command(), request.bytes(), this);
    } catch (Throwable thrown) {
      Faults.log("request " + request.command(), thrown);
      answer = ControlProtocol.fault(thrown);
    }
    EngineWire.writeAnswer(
        channel,
        answer.errno(),
        answer.buffer(),
        answer.size(),
        ByteText.ofUnicode(answer.reason()));
  }

  // --- what the protocol asks of a client ------------------------------------------------------

  @Override
  public String directory() {
    return hello.directory();
  }

  @Override
  public String nodeDirectory() {
    return hello.nodeDirectory();
  }

  @Override
  public boolean await(BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return true;
    }
    try {
      try (Selector selector = Selector.open()) {
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        waitSelector = selector;
        return await(condition, selector, key);
      } finally {
        waitSelector = null;
        channel.configureBlocking(true);
      }
    } catch (IOException e) {
      LOG.debug("client gone: {}", e.toString());
      return condition.getAsBoolean();
    }
  }

  private boolean await(BooleanSupplier condition, Selector selector, SelectionKey key)
      throws IOException {
    while (!condition.getAsBoolean()) {
      selector.select();
      if (selector.selectedKeys().remove(key)) {
        if (channel.read(earlyByte.clear()) < 0) {
          earlyByte.flip();
          return condition.getAsBoolean();
        }
        earlyByte.flip();
        if (earlyByte.hasRemaining()) {
          // The client sends its next request before it has the answer, which is allowed. Watching
          // goes no further, or select would return at once.
          key.interestOps(0);
        }
      }
    }
    return true;
  }

  @Override
  public void wake() {
    Selector selector = waitSelector;
    if (selector != null) {
      selector.wakeup();
    }
  }

  @Override
  public void arm(int globalEvents) {
    armed = globalEvents;
  }

  @Override
  public int armed() {
    return armed;
  }

  // --- the channel with the early byte before it -----------------------------------------------

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (earlyByte.hasRemaining() && into.hasRemaining()) {
      into.put(earlyByte.get());
      return 1;
    }
    return channel.read(into);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
