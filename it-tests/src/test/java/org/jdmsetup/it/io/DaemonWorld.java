package org.jdmsetup.it.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.engine.Daemon;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.driver.EngineWire;
import org.jdmsetup.ioctl.driver.RunDirectory;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.testing.Trees;

/** An engine's daemon and the block nodes of its devices: all that lies between a user and it. */
final class DaemonWorld implements IoWorld {

  private final WorldDisks disks;
  private final Path directory = Files.createTempDirectory("jdmsetup-io-daemon");
  private final Process daemon;
  private final SocketChannel channel;

  DaemonWorld(WorldDisks disks) throws IOException {
    this.disks = disks;
    RunDirectory run = RunDirectory.at(directory.resolve("run"));
    daemon =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.logFile=" + directory.resolve("log"),
                "-cp",
                System.getProperty("java.class.path"),
                Daemon.class.getName(),
                run.path().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(daemon.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!said.startsWith("ready")) {
      throw new IOException("the daemon does not start: " + said);
    }
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(run.controlSocket()));
    EngineWire.writeHello(
        channel, new EngineWire.ClientHello(true, directory.toString(), directory.toString()));
    EngineWire.readDaemonHello(channel);
  }

  @Override
  public List<WorldDisk> disks() {
    return disks.disks();
  }

  @Override
  public int call(DmCommand command, DmBuffer buffer) {
    ByteBuffer bytes = buffer.bytes();
    try {
      EngineWire.writeRequest(channel, command.number(), buffer);
      return EngineWire.readAnswer(channel, bytes).errno();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public IoDevice open(String name, DeviceNumber number) throws IOException {
    Path node = directory.resolve(name);
    Files.deleteIfExists(node);
    if (NativeIo.C.mknod(node.toString(), Linux.S_IFBLK | 0600, number.encoded()) != 0) {
      throw new IOException(node + ": " + Errno.text(NativeIo.errno()));
    }
    IoDevice opened = NodeDevice.open(node);
    // another program may have the loop device next, and the daemon leaves nodes of others alone
    Files.delete(node);
    return opened;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    daemon.destroy();
    try {
      daemon.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    disks.close();
    Trees.delete(directory);
  }
}
