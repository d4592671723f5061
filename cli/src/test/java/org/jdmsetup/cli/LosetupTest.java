package org.jdmsetup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jdmsetup.ioctl.session.DeviceMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code dmlosetup} on a driver that takes the type {@code loop}, which no kernel does any longer.
 * What it says otherwise is compared with the C tool's words in dmlosetup.case.
 */
class LosetupTest {
  private final SmallDriver driver = new SmallDriver();
  private Path devices;
  private Path file;

  @BeforeEach
  void makeFile(@TempDir Path directory) throws IOException {
    Path real = directory.toRealPath();
    devices = Files.createDirectory(real.resolve("dev"));
    file = real.resolve("file");
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(10_000);
    }
  }

  private Ran run(String argv0, String... words) {
    return Ran.with(
        argv0,
        Map.of("DM_DEV_DIR", devices.toString()),
        "",
        (settings, messages) -> new DeviceMapper(settings, messages, driver),
        words);
  }

  private String table() {
    return run("dmsetup", "table").out();
  }

  @Test
  void theTableHasTheWholeSectorsOfTheFileBehindTheOffset() {
    assertEquals(0, run("dmlosetup", "loop1", file.toString()).status());
    assertEquals(0, run("dmlosetup", "-o", "1024", "loop2", file.toString()).status());

    assertEquals("loop1: 0 19 loop " + file + " 0\nloop2: 0 17 loop " + file + " 1024\n", table());
  }

  @Test
  void theDeviceIsNamedAsTheNodeBelowTheDeviceDirectory() throws IOException {
    Files.createFile(devices.resolve("vol"));

    assertEquals(0, run("losetup", devices + "/vol", file.toString()).status());

    assertEquals("0 19 loop " + file + " 0\n", run("dmsetup", "table", "vol").out());
  }

  @Test
  void theDeviceGoesWithMinusD() {
    run("dmlosetup", "loop1", file.toString());

    Ran ran = run("dmlosetup", "-d", "loop1", "what", "follows", "does not count");

    assertEquals(new Ran(0, "", ""), ran);
    assertEquals("No devices found\n", table());
  }

  @Test
  void verboselyTheSizeIsToldInTheNameOfLosetup() {
    Ran ran = run("dmlosetup", "-v", "loop1", file.toString());

    assertEquals("losetup: set loop size to 9kB (19 sectors).\n", ran.err());
    assertEquals("Name:              loop1", ran.out().lines().findFirst().orElse(""));
  }

  /** Here the C tool says the same and then ends by SIGABRT: it frees what it did not get. */
  @Test
  void aFileThatDoesNotOpenIsAnError() throws IOException {
    Path socket = file.resolveSibling("socket");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));

      Ran ran = run("dmlosetup", "loop1", socket.toString());

      assertEquals(1, ran.status());
      assertEquals(
          "Could not build device-mapper table for loop1.\nCouldn't process command line.\n",
          ran.err());
    }
  }
}
