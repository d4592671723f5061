package org.jdmsetup.it.ioctl;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.driver.EngineWire;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The engine in this process: requests and answers pass the control protocol's framing, as between
 * a client and the daemon, and what a client's buffer holds afterwards is what counts.
 */
final class EngineDriver implements Driver, AutoCloseable {
  private static final long PATIENCE_MILLIS = 10_000;

  private final HeldDevices devices;
  private final Engine engine;
  private final ControlProtocol protocol;
  private final Client client;

  /** The devices that have had a table and thus a node. */
  private final Set<Backing> loaded = new HashSet<>();

  private String reason = "";

  /** Who asks; nothing here waits for long. */
  private static final class Client implements ControlClient {
    private final Path directory;
    private int armed;

    Client(Path directory) {
      this.directory = directory;
    }

    @Override
    public String directory() {
      return directory.toString();
    }

    @Override
    public String nodeDirectory() {
      return "/dev/mapper";
    }

    @Override
    public synchronized boolean await(BooleanSupplier condition) {
      long end = System.currentTimeMillis() + PATIENCE_MILLIS;
      while (!condition.getAsBoolean()) {
        long left = end - System.currentTimeMillis();
        if (left <= 0) {
          return false;
        }
        try {
          wait(left);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return true;
    }

    @Override
    public synchronized void wake() {
      notifyAll();
    }

    @Override
    public void arm(int globalEvents) {
      armed = globalEvents;
    }

    @Override
    public int armed() {
      return armed;
    }
  }

  /**
   * @param directory the engine's own, existing and empty
   */
  EngineDriver(Path directory, int major) throws IOException {
    devices = new HeldDevices(major);
    engine = new Engine(devices, new Journal(directory.resolve("journal")), directory);
    protocol = new ControlProtocol(engine);
    client = new Client(directory);
  }

  /** What the engine said of its last answer; empty if it went well. */
  String reason() {
    return reason;
  }

  @Override
  public int call(int command, ByteBuffer buffer) {
    try {
      EngineWire.Answer answer = exchange(command, buffer);
      reason = answer.reason();
      if (command == DmCommand.TABLE_LOAD.number() && answer.errno() == 0) {
        loaded.add(devices.device(DeviceNumber.ofEncoded(buffer.getLong(40)).minor()));
      }
      return answer.errno();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EngineWire.Answer exchange(int command, ByteBuffer buffer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ControlProtocol.Answer answer;
    try {
      EngineWire.writeRequest(Channels.newChannel(out), command, DmBuffer.wrap(buffer));
      EngineWire.Request request = EngineWire.readRequest(channel(out));
      answer = protocol.answer(request.command(), request.bytes(), client);
    } catch (MalformedBufferException e) {
      // No client sends it; a control node of our own can get it.
      answer = protocol.answer(command, Probe.direct(Probe.bytes(buffer)), client);
    }
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    EngineWire.writeAnswer(
        Channels.newChannel(back), answer.errno(), answer.buffer(), answer.size(), answer.reason());
    return EngineWire.readAnswer(channel(back), buffer);
  }

  private static ReadableByteChannel channel(ByteArrayOutputStream written) {
    return Channels.newChannel(new ByteArrayInputStream(written.toByteArray()));
  }

  @Override
  public boolean open(int minor) {
    Backing device = devices.device(minor);
    return loaded.contains(device) && device.retain();
  }

  @Override
  public void close(int minor) {
    devices.device(minor).release();
  }

  @Override
  public String facts(int minor) {
    Backing device = devices.device(minor);
    return device.sizeSectors() + (device.readOnly() ? " 1 " : " 0 ") + device.logicalBlockSize();
  }

  @Override
  public void close() {
    engine.close();
  }
}
