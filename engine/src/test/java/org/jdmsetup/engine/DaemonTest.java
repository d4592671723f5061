package org.jdmsetup.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.NamesPayload;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.driver.EngineWire;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon as a process: how it starts, what it leaves, what survives when it is killed. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DaemonTest {
  private Path directory;
  private Path run;
  private final List<Process> daemons = new ArrayList<>();

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("jdm"); // short: a socket's path may have 107 bytes
    run = directory.resolve("run");
  }

  @AfterEach
  void endDaemons() throws Exception {
    for (Process daemon : daemons) {
      daemon.destroy();
      assertTrue(daemon.waitFor(30, TimeUnit.SECONDS), "SIGTERM ends a daemon");
    }
    try (Stream<Path> left = Files.walk(directory)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Starts a daemon; its line of output. */
  private String start() throws IOException {
    return start(Map.of());
  }

  private String start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Daemon.class.getName(),
                run.toString())
            .redirectError(directory.resolve("log").toFile());
    builder.environment().putAll(environment);
    Process daemon = builder.start();
    daemons.add(daemon);
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      assertNull(out.readLine(), "one line, then the end");
      return line;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nbd.sock", "control.sock"})
  void aStartThatFailsLeavesNothingBehind(String taken) throws Exception {
    Path obstacle = Files.createDirectories(run.resolve(taken).resolve("not empty"));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));

    String line = start();

    assertTrue(line.startsWith("the engine cannot start: "), line);
    assertTrue(line.contains(taken), line);
    assertNothingLeftBut(taken);
    Files.delete(obstacle);
    Files.delete(obstacle.getParent());
    assertEquals("ready", start());
  }

  @Test
  void aStartThatFailsForWantOfCuseLeavesNothingBehind() throws Exception {
    String name = "x".repeat(5000); // refused also where there is a /dev/cuse
    String line = start(Map.of("JDMSETUP_CUSE", name));
    assertTrue(line.startsWith("JDMSETUP_CUSE=" + name + ": "), line);
    assertNothingLeftBut();
  }

  private void assertNothingLeftBut(String... names) throws IOException {
    try (Stream<Path> left = Files.list(run)) {
      assertEquals(
          List.of(names), left.map(path -> path.getFileName().toString()).sorted().toList());
    }
    assertFalse(Files.readString(Path.of("/proc/self/mountinfo")).contains(run + "/"));
  }

  private void kill() throws InterruptedException {
    Process daemon = daemons.remove(daemons.size() - 1);
    daemon.destroyForcibly();
    daemon.waitFor();
  }

  /** A client of the control socket. */
  private final class Client implements AutoCloseable {
    final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    final EngineWire.DaemonHello hello;

    Client(boolean keep) throws IOException {
      channel.connect(UnixDomainSocketAddress.of(run.resolve("control.sock")));
      EngineWire.writeHello(
          channel, new EngineWire.ClientHello(keep, directory.toString(), directory.toString()));
      hello = EngineWire.readDaemonHello(channel);
    }

    DmBuffer call(DmCommand command, String name, Consumer<DmBuffer> more) throws IOException {
      DmBuffer buffer = request(name, more);
      EngineWire.writeRequest(channel, command.number(), buffer);
      EngineWire.Answer answer = EngineWire.readAnswer(channel, buffer.bytes());
      assertEquals("", answer.reason());
      assertEquals(0, answer.errno());
      return buffer;
    }

    DmBuffer request(String name, Consumer<DmBuffer> more) {
      DmBuffer buffer = DmBuffer.allocate(16384);
      buffer.version(4, 0, 0);
      buffer.name(name);
      more.accept(buffer);
      return buffer;
    }

    void device(String name, TargetSpec... table) throws IOException {
      call(DmCommand.DEV_CREATE, name, buffer -> {});
      call(DmCommand.TABLE_LOAD, name, buffer -> TargetPayload.writeLoad(buffer, List.of(table)));
      call(DmCommand.DEV_SUSPEND, name, buffer -> {});
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private TargetSpec linear(long sectors) throws IOException {
    Path disk = directory.resolve("disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(sectors * 512);
    }
    return new TargetSpec(Sectors.ZERO, new Sectors(sectors), "linear", "disk 0");
  }

  @Test
  void itSaysReadyListensPrivatelyAndGoesWhenNobodyNeedsIt() throws Exception {
    assertEquals("ready", start());
    assertEquals(
        PosixFilePermissions.fromString("rw-------"),
        Files.getPosixFilePermissions(run.resolve("control.sock")));
    try (Client client = new Client(false)) {
      assertTrue(client.hello.major() > 0);
      client.device("vol", linear(100));
      client.call(DmCommand.DEV_REMOVE, "vol", buffer -> {});
    }
    assertTrue(daemons.get(0).waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, daemons.get(0).exitValue());
    try (Stream<Path> left = Files.list(run)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void aSecondDaemonGivesUpAndNamesTheFirst() throws Exception {
    assertEquals("ready", start());
    try (Client client = new Client(true)) {
      assertFalse(client.hello.description().isEmpty());
      String reason = start();
      assertTrue(reason.contains("pid " + daemons.get(0).pid()), reason);
      assertTrue(daemons.get(1).waitFor(30, TimeUnit.SECONDS));
      assertEquals(1, daemons.get(1).exitValue());
    }
  }

  @Test
  void devicesComeBackAfterSigkillAndAfterSigterm() throws Exception {
    assertEquals("ready", start());
    byte[] data = "flushed before the kill".getBytes(StandardCharsets.US_ASCII);
    try (Client client = new Client(false)) {
      client.device("vol", linear(2048));
      client.device(
          "top", new TargetSpec(Sectors.ZERO, new Sectors(100), "linear", "/dev/mapper/vol 10"));
      Nbd.write(run.resolve("nbd.sock"), "top", 512, data);
    }
    kill();
    assertEquals("ready", start());
    try (Client client = new Client(false)) {
      assertTrue(
          client.hello.notice().contains("2 devices of an earlier run are back."),
          client.hello.notice());
      assertEquals(
          List.of("top", "vol"),
          NamesPayload.read(client.call(DmCommand.LIST_DEVICES, "", buffer -> {}), true).stream()
              .map(device -> device.name())
              .toList());
      assertEquals(
          new String(data, StandardCharsets.US_ASCII),
          new String(
              Nbd.read(run.resolve("nbd.sock"), "top", 512, data.length),
              StandardCharsets.US_ASCII));
    }
    Process terminated = daemons.get(0);
    terminated.destroy();
    assertTrue(terminated.waitFor(30, TimeUnit.SECONDS));
    assertFalse(Files.exists(run.resolve("control.sock")));
    assertFalse(Files.exists(run.resolve("fuse")));
    assertEquals("ready", start());
    try (Client client = new Client(false)) {
      client.call(DmCommand.TABLE_STATUS, "top", buffer -> buffer.flags(DmFlag.STATUS_TABLE));
      client.call(DmCommand.REMOVE_ALL, "", buffer -> {});
    }
  }

  @Test
  void whoWaitsForAnEventAndGoesAwayIsForgotten() throws Exception {
    assertEquals("ready", start());
    try (Client client = new Client(false)) {
      client.device("vol", linear(100));
      Client waiter = new Client(false);
      EngineWire.writeRequest(
          waiter.channel, DmCommand.DEV_WAIT.number(), waiter.request("vol", buffer -> {}));
      waiter.close();
      client.call(DmCommand.DEV_REMOVE, "vol", buffer -> {});
    }
    assertTrue(daemons.get(0).waitFor(30, TimeUnit.SECONDS), "no connection holds it up");
  }

  @Test
  void aClientIsToldOfEventsSinceItWasArmed() throws Exception {
    assertEquals("ready", start());
    try (Client client = new Client(true);
        Client listener = new Client(false)) {
      listener.call(DmCommand.DEV_ARM_POLL, "", buffer -> {});
      DmBuffer poll = listener.request("", buffer -> {});
      EngineWire.writeRequest(listener.channel, EngineWire.POLL, poll);
      client.device("vol", linear(100));
      EngineWire.Answer told = EngineWire.readAnswer(listener.channel, poll.bytes());
      assertEquals(0, told.errno());
      EngineWire.writeRequest(listener.channel, EngineWire.POLL, poll);
      assertEquals(0, EngineWire.readAnswer(listener.channel, poll.bytes()).errno(), "once more");
      client.call(DmCommand.DEV_REMOVE, "vol", buffer -> {});
    }
  }

  @Test
  void whatIsNoMessageEndsItsConnectionAndNothingElse() throws Exception {
    assertEquals("ready", start());
    try (Client client = new Client(false)) {
      client.device("vol", linear(100));
      try (SocketChannel stranger = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        stranger.connect(UnixDomainSocketAddress.of(run.resolve("control.sock")));
        stranger.write(
            ByteBuffer.wrap("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertClosed(stranger);
      }
      try (Client broken = new Client(false)) {
        broken.channel.write(ByteBuffer.wrap(new byte[] {2, 0, 0, 0, -1, -1, -1, -1}));
        assertClosed(broken.channel);
      }
      for (int i = 0; i < 2000; i++) {
        try (Client one = new Client(false)) {
          one.call(DmCommand.DEV_STATUS, "vol", buffer -> {});
        }
      }
      client.call(DmCommand.DEV_REMOVE, "vol", buffer -> {});
    }
  }

  private static void assertClosed(SocketChannel channel) {
    int read;
    try {
      read = channel.read(ByteBuffer.allocate(1));
    } catch (IOException reset) {
      read = -1; // the other end had not read everything
    }
    assertEquals(-1, read);
  }
}
