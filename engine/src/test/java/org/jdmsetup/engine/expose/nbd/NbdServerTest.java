package org.jdmsetup.engine.expose.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.aio.TestLoops;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices over NBD: the messages one by one, and the programs that people use. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NbdServerTest {

  private static final int MIB = 1 << 20;
  private static final int EPERM = 1;
  private static final int EIO = 5;
  private static final int EINVAL = 22;
  private static final int ENOSPC = 28;

  @TempDir Path directory;

  private final MemoryExports exports = new MemoryExports();
  private Path socket;
  private final EventLoops loops = TestLoops.start();
  private NbdServer server;

  @BeforeEach
  void start() throws IOException {
    socket = directory.resolve("nbd.sock");
    server = new NbdServer(socket, exports, loops);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    assertFalse(Files.exists(socket));
    loops.close();
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private String uri(String name) {
    return "nbd+unix:///" + name + "?socket=" + socket;
  }

  @Test
  void onlyTheOwnerMayConnect() throws Exception {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
  }

  @Test
  void writesReadBack() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(4 * MIB));
    byte[] data = random(2 * MIB, 1);
    try (NbdClient client = NbdClient.go(socket, "vol")) {
      assertEquals(4 * MIB, client.size);
      assertEquals(512, client.minimumBlock);
      assertEquals(0, client.write(MIB, data, 0));
      assertArrayEquals(data, client.read(MIB, data.length));
      assertArrayEquals(data, device.bytes(MIB, data.length));

      assertEquals(0, device.flushes.get());
      assertEquals(0, client.ask(NbdClient.FLUSH, 0, 0, 0));
      assertEquals(1, device.flushes.get());
      assertEquals(0, client.write(0, random(512, 2), 1));
      assertEquals(1, device.durableWrites.get());

      assertEquals(0, client.ask(NbdClient.WRITE_ZEROES, 2, MIB, MIB));
      assertArrayEquals(new byte[MIB], client.read(MIB, MIB));
      assertEquals(0, client.ask(NbdClient.TRIM, 1, 0, 4096));
      assertEquals(2, device.flushes.get());
    }
    exports.awaitNoOpeners();
    assertEquals(0, device.wrongRequests());
  }

  @Test
  void wrongRequestsAreRefusedAndTheNextOnesServed() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(MIB, 4096));
    try (NbdClient client = NbdClient.go(socket, "vol")) {
      assertEquals(4096, client.minimumBlock);
      assertEquals(EINVAL, client.ask(NbdClient.READ, 0, 512, 4096));
      assertEquals(EINVAL, client.ask(NbdClient.READ, 0, 0, 100));
      assertEquals(EINVAL, client.ask(NbdClient.READ, 0, 0, 0));
      assertEquals(EINVAL, client.ask(NbdClient.READ, 0, MIB, 4096));
      assertEquals(EINVAL, client.ask(NbdClient.READ, 0, -4096, 4096));
      assertEquals(EINVAL, client.ask(NbdClient.READ, 4, 0, 4096));
      assertEquals(EINVAL, client.ask(99, 0, 0, 4096));
      assertEquals(ENOSPC, client.write(MIB - 4096, new byte[8192], 0));
      assertEquals(ENOSPC, client.ask(NbdClient.WRITE_ZEROES, 0, 0, -4096));
      assertEquals(EINVAL, client.ask(NbdClient.TRIM, 0, MIB, 4096));
      assertEquals(4096, client.read(0, 4096).length);
    }
    assertEquals(0, device.wrongRequests());
  }

  @Test
  void aReadOnlyDeviceRefusesWrites() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(MIB));
    device.readOnly = true;
    try (NbdClient client = NbdClient.go(socket, "vol")) {
      assertNotEquals(0, client.flags & 2);
      assertEquals(EPERM, client.write(0, new byte[512], 0));
      assertEquals(EPERM, client.ask(NbdClient.WRITE_ZEROES, 0, 0, 512));
      assertEquals(EPERM, client.ask(NbdClient.TRIM, 0, 0, 512));
      assertEquals(512, client.read(0, 512).length);
    }
  }

  @Test
  void errorsComeThrough() throws Exception {
    MemoryDevice device = exports.add("broken", new MemoryDevice(MIB));
    device.errno = 5;
    try (NbdClient client = NbdClient.go(socket, "broken")) {
      assertEquals(EIO, client.ask(NbdClient.READ, 0, 0, 65536));
      assertEquals(EIO, client.write(0, new byte[65536], 0));
      assertEquals(EIO, client.ask(NbdClient.FLUSH, 0, 0, 0));
    }
  }

  @Test
  void theEmptyNameMeansTheOnlyDevice() throws Exception {
    exports.add("vol", new MemoryDevice(MIB));
    try (NbdClient client = NbdClient.go(socket, "")) {
      assertEquals(MIB, client.size);
    }
    exports.add("vol2", new MemoryDevice(MIB));
    assertThrows(IOException.class, () -> NbdClient.go(socket, ""));
  }

  @Test
  void optionsAreAnswered() throws Exception {
    exports.add("one", new MemoryDevice(MIB));
    exports.add("two", new MemoryDevice(2 * MIB));
    try (NbdClient client = new NbdClient(socket)) {
      client.hello(3);
      client.option(3, new byte[0]);
      Set<String> names = new HashSet<>();
      NbdClient.OptionReply reply = client.optionReply();
      for (; reply.type() == 2; reply = client.optionReply()) {
        byte[] name = new byte[reply.data().getInt()];
        reply.data().get(name);
        names.add(new String(name, StandardCharsets.UTF_8));
      }
      assertEquals(1, reply.type());
      assertEquals(Set.of("one", "two"), names);

      client.option(5, new byte[0]); // TLS
      assertEquals(0x80000001, client.optionReply().type());
      client.option(3, new byte[1]);
      assertEquals(0x80000003, client.optionReply().type());
      client.option(7, new byte[] {0, 0, 0, 9, 'x', 0, 0});
      assertEquals(0x80000003, client.optionReply().type());
      client.option(7, new byte[100_000]);
      assertEquals(0x80000009, client.optionReply().type());
      assertEquals(0x80000006, client.info(6, "three"));
      assertEquals(1, client.info(6, "two"));
      assertEquals(2 * MIB, client.size);
      assertEquals(0, exports.openers());

      // the oldest way in
      client.option(1, "one".getBytes(StandardCharsets.UTF_8));
      assertEquals(MIB, client.receive(10).getLong());
      assertEquals(1, exports.openers());
      assertEquals(512, client.read(0, 512).length);
      client.request(NbdClient.DISC, 0, 0, 0, 0);
      assertThrows(EOFException.class, client::reply);
    }
    exports.awaitNoOpeners();
  }

  @Test
  void aSlowRequestHoldsNoOther() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(MIB));
    try (NbdClient slow = NbdClient.go(socket, "vol");
        NbdClient other = NbdClient.go(socket, "vol")) {
      device.hold();
      slow.request(NbdClient.WRITE, 0, 1, 0, 4096, random(4096, 5));
      while (device.held() == 0) {
        Thread.onSpinWait();
      }
      ExecutorService later = Executors.newSingleThreadExecutor();
      device.release();
      device.later = later;
      for (int i = 0; i < 200; i++) {
        slow.request(NbdClient.READ, 0, 100 + i, i * 512, 512);
      }
      Set<Long> answered = new HashSet<>();
      for (int i = 0; i < 201; i++) {
        NbdClient.Reply reply = slow.reply();
        assertEquals(0, reply.errno());
        assertTrue(answered.add(reply.cookie()));
        if (reply.cookie() >= 100) {
          int at = (int) (reply.cookie() - 100) * 512;
          assertArrayEquals(device.bytes(at, 512), slow.receive(512).array());
        }
      }
      assertEquals(4096, other.read(0, 4096).length);
      later.shutdown();
    }
  }

  @Test
  void aClientMayGoWithRequestsUnderWay() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(MIB));
    device.hold();
    try (NbdClient client = NbdClient.go(socket, "vol")) {
      for (int i = 0; i < 50; i++) {
        client.request(NbdClient.READ, 0, i, 0, 65536);
      }
      while (device.held() < 50) {
        Thread.onSpinWait();
      }
    }
    assertEquals(1, exports.openers(), "the device is in use until its requests are done");
    device.release();
    exports.awaitNoOpeners();
  }

  @Test
  void whatAClientCanKeepUnderWayIsBounded() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(16 * MIB));
    device.hold();
    try (NbdClient client = NbdClient.go(socket, "vol")) {
      for (int i = 0; i < 10; i++) {
        client.request(NbdClient.READ, 0, i, 0, 16 * MIB);
      }
      while (device.held() < 2) {
        Thread.onSpinWait();
      }
      AtomicInteger most = new AtomicInteger(device.held());
      AtomicBoolean answered = new AtomicBoolean();
      Thread releasing =
          new Thread(
              () -> {
                while (!answered.get()) {
                  int held = device.held();
                  most.accumulateAndGet(held, Math::max);
                  if (held > 0) {
                    device.release();
                    device.hold();
                  }
                }
              });
      releasing.start();
      for (int i = 0; i < 10; i++) {
        client.reply();
        client.receive(16 * MIB);
      }
      answered.set(true);
      releasing.join();
      assertEquals(2, most.get());
    }
  }

  @Test
  void garbageEndsOneConnectionOnly() throws Exception {
    exports.add("vol", new MemoryDevice(MIB));
    try (NbdClient client = NbdClient.go(socket, "vol");
        NbdClient other = NbdClient.go(socket, "vol")) {
      client.send(ByteBuffer.wrap(random(64, 6)));
      assertThrows(IOException.class, client::reply);
      assertEquals(512, other.read(0, 512).length);
    }
  }

  @Test
  void randomBytesDoNoHarm() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(MIB));
    long seed = 20240601;
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      try (NbdClient client =
          round % 2 == 0 ? new NbdClient(socket) : NbdClient.go(socket, "vol")) {
        if (round % 4 == 0) {
          client.hello(3);
          byte[] junk = new byte[random.nextInt(40)];
          random.nextBytes(junk);
          client.option(random.nextInt(12), junk);
        } else if (round % 4 == 1) {
          for (int i = 0; i < 20; i++) {
            int type = new int[] {0, 3, 4, 6, 5, 7}[random.nextInt(6)];
            client.request(type, random.nextInt(8), i, random.nextLong(), random.nextInt());
          }
        }
        byte[] junk = new byte[random.nextInt(200)];
        random.nextBytes(junk);
        client.send(ByteBuffer.wrap(junk));
      } catch (IOException e) {
        // hung up on, as it deserves
        assertNotEquals(null, e);
      }
    }
    try (NbdClient client = NbdClient.go(socket, "vol")) {
      assertEquals(512, client.read(0, 512).length, () -> "seed " + seed);
    }
    assertEquals(0, device.wrongRequests());
    exports.awaitNoOpeners();
  }

  /** {@code nbdinfo --map} and qemu ask in this way. */
  @Test
  void whatIsEmptyCanBeAsked() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(4 * MIB));
    device.emptySectors = 2048;
    try (NbdClient client = new NbdClient(socket)) {
      client.hello(3);
      client.metaContext(10, "vol", "base:allocation");
      assertEquals(0x80000003, client.optionReply().type(), "not without structured replies");
      client.option(8, new byte[0]);
      assertEquals(1, client.optionReply().type());
      client.metaContext(9, "vol", "base:");
      NbdClient.OptionReply context = client.optionReply();
      assertEquals(4, context.type());
      assertEquals(
          "base:allocation", StandardCharsets.UTF_8.decode(context.data().position(4)) + "");
      assertEquals(1, client.optionReply().type());
      client.metaContext(10, "nobody", "base:allocation");
      assertEquals(0x80000006, client.optionReply().type());
      client.option(10, new byte[] {0, 0, 0, 9});
      assertEquals(0x80000003, client.optionReply().type());
      client.metaContext(10, "vol", "base:allocation");
      int number = client.optionReply().data().getInt();
      assertEquals(1, client.optionReply().type());
      assertEquals(1, client.info(7, "vol"));

      client.request(NbdClient.BLOCK_STATUS, 0, 9, 512 * 1024, 2 * MIB);
      NbdClient.Chunk chunk = client.chunk();
      assertEquals(new NbdClient.Chunk(1, 5, 9, chunk.data()), chunk);
      assertEquals(number, chunk.data().getInt());
      assertEquals(512 * 1024, chunk.data().getInt());
      assertEquals(3, chunk.data().getInt(), "a hole that reads as zeroes");
      assertEquals(2 * MIB - 512 * 1024, chunk.data().getInt());
      assertEquals(0, chunk.data().getInt());
      assertFalse(chunk.data().hasRemaining());
      client.request(NbdClient.BLOCK_STATUS, 8, 10, 0, 4 * MIB); // one extent
      assertEquals(12, client.chunk().data().remaining());
      assertEquals(EINVAL, client.ask(NbdClient.BLOCK_STATUS, 0, 4 * MIB, 512));
    }
    exports.awaitNoOpeners();
  }

  @Test
  void readsAreAnsweredInChunksWhereTheClientWantsThem() throws Exception {
    MemoryDevice device = exports.add("vol", new MemoryDevice(4 * MIB));
    byte[] data = random(MIB, 7);
    device.put(MIB, data);
    try (NbdClient client = new NbdClient(socket)) {
      client.hello(3);
      client.option(8, new byte[0]);
      assertEquals(1, client.optionReply().type());
      assertEquals(1, client.info(7, "vol"));
      for (int length : new int[] {512, 65536, MIB}) { // gathered, and not
        client.request(NbdClient.READ, 0, 5, MIB, length);
        NbdClient.Chunk chunk = client.chunk();
        assertEquals(new NbdClient.Chunk(1, 1, 5, chunk.data()), chunk);
        assertEquals(MIB, chunk.data().getLong());
        byte[] found = new byte[length];
        chunk.data().get(found);
        assertArrayEquals(Arrays.copyOf(data, length), found);
      }
      device.errno = EIO;
      client.request(NbdClient.READ, 0, 6, 0, 4096);
      NbdClient.Chunk failed = client.chunk();
      assertEquals(new NbdClient.Chunk(1, 0x8001, 6, failed.data()), failed);
      assertEquals(EIO, failed.data().getInt());
      assertEquals(EINVAL, client.ask(NbdClient.BLOCK_STATUS, 0, 0, 512), "it was not chosen");
    }
  }

  @Test
  void theBlocksThatADeviceWantsAreTold() throws Exception {
    MemoryDevice device = exports.add("striped", new MemoryDevice(4 * MIB));
    device.ioMinBytes = 65536;
    try (NbdClient client = NbdClient.go(socket, "striped")) {
      assertEquals(512, client.minimumBlock);
      assertEquals(65536, client.preferredBlock);
    }
    device.ioMinBytes = 24 << 9; // the protocol wants a power of two
    try (NbdClient client = NbdClient.go(socket, "striped")) {
      assertEquals(4096, client.preferredBlock);
    }
  }

  @Test
  void nbdinfoListsAndDescribes() throws Exception {
    Needs.tools("nbdinfo");
    exports.add("one", new MemoryDevice(MIB));
    exports.add("two", new MemoryDevice(2 * MIB));
    String list = Programs.run("nbdinfo", "--list", uri(""));
    assertTrue(list.contains("export=\"one\"") && list.contains("export=\"two\""), list);
    assertEquals("2097152", Programs.run("nbdinfo", "--size", uri("two")).strip());
    assertEquals(0, Programs.tryRun("nbdinfo", "--can", "fua", uri("two")).status());
    assertNotEquals(0, Programs.tryRun("nbdinfo", "--size", uri("three")).status());
  }

  @Test
  void nbdcopyCopiesThroughSeveralConnections() throws Exception {
    Needs.tools("nbdcopy");
    ExecutorService later = Executors.newFixedThreadPool(2);
    MemoryDevice device = exports.add("vol", new MemoryDevice(16 * MIB));
    device.later = later;
    Path source = Files.write(directory.resolve("source"), random(16 * MIB, 9));
    Path back = directory.resolve("back");
    Programs.run("nbdcopy", "--flush", source.toString(), uri("vol"));
    Programs.run("nbdcopy", uri("vol"), back.toString());
    later.shutdown();
    assertEquals(-1, Files.mismatch(source, back));
    assertTrue(device.flushes.get() > 0);
    assertEquals(0, device.wrongRequests());
  }

  @Test
  void qemuIoWritesAndVerifies() throws Exception {
    Needs.tools("qemu-io");
    MemoryDevice device = exports.add("vol", new MemoryDevice(64 * MIB));
    String output =
        Programs.run(
            "qemu-io",
            "-f",
            "raw",
            "-c",
            "write -P 0x5a 0 40M",
            "-c",
            "read -P 0x5a 0 40M",
            "-c",
            "write -z 1M 1M",
            "-c",
            "discard 8M 1M",
            "-c",
            "read -P 0 1M 1M",
            "-c",
            "flush",
            uri("vol"));
    assertFalse(output.contains("failed"), output);
    assertEquals(0, device.wrongRequests());
  }
}
