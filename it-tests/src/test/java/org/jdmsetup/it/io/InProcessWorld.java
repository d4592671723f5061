package org.jdmsetup.it.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.testing.Trees;

/** An engine in this process, without front ends: requests are submitted to its devices. */
final class InProcessWorld implements IoWorld {
  private static final long LOOK_NANOS = 50_000;

  private final WorldDisks disks;
  private final Path directory = Files.createTempDirectory("jdmsetup-io-engine");
  private final Journal journal = new Journal(directory.resolve("journal"));
  private final Engine engine = new Engine(new NodelessExposure(), journal, directory);
  private final ControlProtocol protocol;

  /** A caller who looks whether what it waits for is there. */
  private record Here(String directory) implements ControlClient {
    @Override
    public String nodeDirectory() {
      return "/dev/mapper";
    }

    @Override
    public boolean await(BooleanSupplier condition) {
      while (!condition.getAsBoolean()) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
      return true;
    }

    @Override
    public void arm(int globalEvents) {
      // no script asks
    }

    @Override
    public int armed() {
      return 0;
    }

    @Override
    public void wake() {
      // it looks by itself
    }
  }

  InProcessWorld(WorldDisks disks) throws IOException {
    this.disks = disks;
    engine.restore();
    protocol = new ControlProtocol(engine);
  }

  @Override
  public List<WorldDisk> disks() {
    return disks.disks();
  }

  @Override
  public int call(DmCommand command, DmBuffer buffer) {
    return protocol
        .answer(command.number(), buffer.bytes(), new Here(directory.toString()))
        .errno();
  }

  @Override
  public IoDevice open(String name, DeviceNumber number) {
    return new SubmittedDevice(engine.devices().named(name));
  }

  @Override
  public void close() throws IOException {
    engine.close();
    journal.close();
    disks.close();
    Trees.delete(directory);
  }
}
