package org.jdmsetup.engine.control.device;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.TargetMessage;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * An engine in a directory, without a process and without front ends, driven through the control
 * protocol as a client does.
 */
final class EngineFixture implements AutoCloseable {
  final Path directory;
  final Engine engine;
  final ControlProtocol protocol;
  final RestoreResult restored;
  final TestCaller caller = new TestCaller();

  /** A caller who stays until told to go. */
  final class TestCaller implements ControlClient {
    private boolean gone;
    private int armed;

    @Override
    public String directory() {
      return ByteText.ofUnicode(directory.toString());
    }

    @Override
    public String nodeDirectory() {
      return "/dev/mapper";
    }

    @Override
    public synchronized boolean await(BooleanSupplier condition) {
      while (!condition.getAsBoolean()) {
        if (gone) {
          return false;
        }
        try {
          wait();
        } catch (InterruptedException e) {
          return false;
        }
      }
      return true;
    }

    @Override
    public synchronized void wake() {
      notifyAll();
    }

    @Override
    public synchronized void arm(int globalEvents) {
      armed = globalEvents;
    }

    @Override
    public synchronized int armed() {
      return armed;
    }

    synchronized void go() {
      gone = true;
      notifyAll();
    }
  }

  EngineFixture(Path directory) {
    this(directory, new NodelessExposure());
  }

  EngineFixture(Path directory, Exposure exposure) {
    this(directory, exposure, Map.of());
  }

  /**
   * @param disks that tables can name by number
   */
  EngineFixture(Path directory, Exposure exposure, Map<DeviceNumber, Backing> disks) {
    this.directory = directory;
    try {
      Journal journal = new Journal(directory.resolve("journal"));
      engine = new Engine(exposure, journal, directory, disks);
      restored = engine.restore();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    protocol = new ControlProtocol(engine);
  }

  /** A file of zeroes beside the engine's directory; its absolute path. */
  static String file(Path where, String name, long sectors) throws IOException {
    Path file = where.resolve(name);
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(sectors * 512);
    }
    return file.toRealPath().toString();
  }

  /** A request as a client sends it. */
  DmBuffer request() {
    DmBuffer buffer = DmBuffer.allocate(16384);
    buffer.version(4, 0, 0);
    return buffer;
  }

  ControlProtocol.Answer call(DmCommand command, DmBuffer buffer) {
    return call(command, buffer, caller);
  }

  ControlProtocol.Answer call(DmCommand command, DmBuffer buffer, ControlClient by) {
    return protocol.answer(command.number(), buffer.bytes(), by);
  }

  ControlProtocol.Answer call(DmCommand command, String name, Consumer<DmBuffer> more) {
    DmBuffer buffer = request();
    buffer.name(name);
    more.accept(buffer);
    return call(command, buffer);
  }

  ControlProtocol.Answer create(String name) {
    return call(DmCommand.DEV_CREATE, name, buffer -> {});
  }

  ControlProtocol.Answer load(String name, int flags, String... lines) {
    List<TargetSpec> targets = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split(" ", 4);
      targets.add(
          new TargetSpec(
              new Sectors(Long.parseUnsignedLong(words[0])),
              new Sectors(Long.parseUnsignedLong(words[1])),
              words[2],
              words.length > 3 ? words[3] : ""));
    }
    DmBuffer buffer =
        DmBuffer.allocate((int) (DmBuffer.HEADER_SIZE + TargetPayload.loadSize(targets)));
    buffer.version(4, 0, 0);
    buffer.name(name);
    buffer.flags(flags);
    TargetPayload.writeLoad(buffer, targets);
    return call(DmCommand.TABLE_LOAD, buffer);
  }

  ControlProtocol.Answer load(String name, String... lines) {
    return load(name, 0, lines);
  }

  ControlProtocol.Answer resume(String name) {
    return call(DmCommand.DEV_SUSPEND, name, buffer -> {});
  }

  ControlProtocol.Answer suspend(String name) {
    return call(DmCommand.DEV_SUSPEND, name, buffer -> buffer.flags(DmFlag.SUSPEND));
  }

  ControlProtocol.Answer remove(String name) {
    return call(DmCommand.DEV_REMOVE, name, buffer -> {});
  }

  ControlProtocol.Answer rename(String name, String newName) {
    return call(DmCommand.DEV_RENAME, name, buffer -> TextPayload.write(buffer, newName));
  }

  /** To the target that holds the first sector. */
  ControlProtocol.Answer message(String name, String text) {
    return call(
        DmCommand.TARGET_MSG,
        name,
        buffer -> TextPayload.writeMessage(buffer, new TargetMessage(Sectors.ZERO, text)));
  }

  /** {@code dmsetup create NAME} with a table; fails the test if that fails. */
  MappedDevice device(String name, String... lines) {
    List<ControlProtocol.Answer> steps = List.of(create(name), load(name, lines), resume(name));
    for (ControlProtocol.Answer step : steps) {
      if (step.errno() != 0) {
        throw new AssertionError(name + ": " + step.errno() + " " + step.reason());
      }
    }
    return engine.devices().named(name);
  }

  /** What {@code dmsetup table} or {@code status} prints. */
  List<String> lines(String name, int flags) throws MalformedBufferException {
    ControlProtocol.Answer answer =
        call(DmCommand.TABLE_STATUS, name, buffer -> buffer.flags(flags));
    if (answer.errno() != 0) {
      throw new AssertionError(name + ": " + answer.errno() + " " + answer.reason());
    }
    return TargetPayload.readStatus(answer.buffer()).stream()
        .map(t -> t.start() + " " + t.length() + " " + t.type() + " " + t.params())
        .toList();
  }

  List<String> table(String name) throws MalformedBufferException {
    return lines(name, DmFlag.STATUS_TABLE);
  }

  List<String> status(String name) throws MalformedBufferException {
    return lines(name, 0);
  }

  int flags(String name) {
    return call(DmCommand.DEV_STATUS, name, buffer -> {}).buffer().flags();
  }

  List<String> names() {
    return engine.devices().all().stream().map(MappedDevice::name).toList();
  }

  /** Ends without taking anything back, as a killed daemon does. */
  @Override
  public void close() {
    engine.close();
  }
}
